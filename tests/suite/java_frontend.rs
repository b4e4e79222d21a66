//! What Java becomes in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::java::Java;
use pdlint::lang::{Frontend, Input, Lowered};

fn lower(text: &str) -> Lowered {
    Java.lower(&Input { path: "src/main/java/kz/example/accounts/Accounts.java", text })
}

/// The program and its IR, for a snapshot.
fn shown(text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(text).unit))
}

#[test]
fn classes_have_fields_with_what_annotations_say_and_methods_that_they_generate() {
    insta::assert_snapshot!(shown(
        r#"
package kz.example.accounts;

import java.util.*;
import com.fasterxml.jackson.annotation.JsonProperty;
import static kz.example.Texts.format;

/** A person with an account. */
@Data
@Entity
public class Account extends Base<Long> implements Serializable {
    private static final Logger log = LoggerFactory.getLogger(Account.class);
    /** Where we write. */
    @Column(name = "email", nullable = false)
    private String email;
    @JsonProperty("iin") private String code, other = "x";
    @Schema(description = "Mobile phone")
    @ToString.Exclude
    private Optional<String> phone;
    @JsonIgnore
    private List<Map<String, Address>> addresses = new ArrayList<>();

    public Account(String email, String... rest) {
        super(email);
        this.email = email;
    }

    public String getLabel() {
        return email + " <" + this.code + ">";
    }
}

record Point(@JsonProperty("e") String email, int y) {
    Point {
        check(y);
    }
}

enum Kind {
    A("x"), B;
    private String label;
    Kind(String label) { this.label = label; }
    String label() { return label; }
}

interface Accounts {
    Account findByEmail(String email);
    default Account byLabel(String label) { return findByEmail(label); }
}
"#
    ));
}

#[test]
fn statements_and_expressions_are_lowered() {
    insta::assert_snapshot!(shown(
        r#"
package kz.example.accounts;

class Service {
    static String run(User user, List<User> users, int n) throws IOException {
        for (User one : users) { System.out.println(one.getEmail()); }
        for (int i = 0; i < n; i++) { n += i; }
        try (Reader reader = open("x")) { reader.read(); } catch (IOException | RuntimeException e) { throw e; } finally { done(); }
        var kind = switch (n) { case 1, 2 -> "a"; case 3 -> { yield user.email; } default -> throw new Failure(); };
        if (user instanceof Admin admin && admin.email != null) { return admin.email; }
        switch (user) { case Admin a when a.ok() -> run(a); case Point(var x, int y) -> run(x); default -> stop(); }
        users.stream().map(User::getEmail).filter(e -> !e.isEmpty()).forEach(System.out::println);
        button.setListener(new Listener() { @Override public void on(User u) { send(u.email); } });
        String text = """
            Hello %s
            """.formatted(user.getEmail());
        int[] numbers = new int[]{1, 2};
        numbers[0]++;
        kind += text;
        return user == null ? null : (String) text;
    }
}
"#
    ));
}

#[test]
fn broken_code_costs_itself() {
    let lowered = lower("package a; class A { String email; void f( { } String phone; void g() { h(this.email); } }");
    let fields: Vec<&str> = lowered.unit.types.iter().flat_map(|one| &one.fields).map(|field| field.name.as_str()).collect();
    assert!(fields.contains(&"email"), "{fields:?}");
    assert!(!lowered.damage.is_empty());
}
