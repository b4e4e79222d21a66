//! What Kotlin becomes in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::kotlin::Kotlin;
use pdlint::lang::{Frontend, Input, Lowered};

fn lower(text: &str) -> Lowered {
    Kotlin.lower(&Input { path: "src/main/kotlin/kz/example/accounts/Accounts.kt", text })
}

/// The program and its IR, for a snapshot.
fn shown(text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(text).unit))
}

#[test]
fn classes_have_the_properties_of_their_constructors_and_bodies() {
    insta::assert_snapshot!(shown(
        r#"
package kz.example.accounts

import com.fasterxml.jackson.annotation.JsonProperty
import kz.example.mail.*
import kz.example.texts.format as shape

private val logger = KotlinLogging.logger {}

/** A person with an account. */
@Entity
data class Account(
    @field:JsonProperty("iin") val code: String,
    val email: String? = null,
    private val mailer: Mailer,
) : Base<Long>(code), Serializable {
    /** Where we call. */
    @Column(name = "phone")
    var phone: String = "none"
    val label: String
        get() = "$email <${this.code}>"
    private val cache by lazy { Cache(email) }

    init {
        check(phone)
    }

    constructor(email: String) : this(email, email, Mailer())

    fun greet(other: Account, times: Int = 3): String {
        mailer.send(to = other.email, text = "Hello")
        return email ?: phone
    }

    companion object {
        const val URL = "https://api.example.kz"
        fun of(email: String) = Account(email)
    }
}

object Registry {
    val accounts = mutableListOf<Account>()
    fun add(account: Account) { accounts.add(account) }
}

sealed class Result<out T> {
    data class Ok<T>(val value: T) : Result<T>()
}

enum class Kind(val label: String) { A("x"), B("y"); fun shown() = label }

typealias Accounts = List<Account>

fun Account.masked(): String = this.email!!.take(2)
"#
    ));
}

#[test]
fn statements_and_expressions_are_lowered() {
    insta::assert_snapshot!(shown(
        r#"
package kz.example.accounts

class Service(private val users: List<User>) {
    suspend fun run(user: User, n: Int): String? {
        for (one in users) { println(one.email) }
        for ((key, value) in map) println(value)
        while (n > 0) { step() }
        val (name, phone) = user
        val kind = when (n) { 1, 2 -> "a"; in 3..4 -> user.email; else -> throw Failure() }
        when (user) { is Admin -> run(user.email); else -> {} }
        val shown = if (user.ok) user.email else { log(user); "none" }
        val safe = try { user?.email?.trim() } catch (e: Exception) { null } finally { done() }
        user.let { it.email }.also { print(it) }
        user.apply { email = "x"; phone = name }
        with(user) { send(email) }
        users.map(User::email).filter { e -> e.isNotEmpty() }.forEach(::println)
        button.setListener(object : Listener { override fun on(u: User) { send(u.email) } })
        val data = mapOf("email" to user.email, "n" to n)
        client.post(url) { setBody(user) }
        text += user.email
        return users.find { it.id == n }?.email as String?
    }
}
"#
    ));
}

#[test]
fn broken_code_costs_itself() {
    let lowered = lower("package a\nclass A(val email: String) {\n  fun f( {\n}\nclass B(val phone: String)");
    let fields: Vec<&str> = lowered.unit.types.iter().flat_map(|one| &one.fields).map(|field| field.name.as_str()).collect();
    assert!(fields.contains(&"phone"), "{fields:?}");
    assert!(!lowered.damage.is_empty());
}
