//! What C# becomes in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::csharp::CSharp;
use pdlint::lang::{Frontend, Input, Lowered};
use proptest::prelude::{ProptestConfig, proptest};

fn lower(text: &str) -> Lowered {
    CSharp.lower(&Input { path: "src/Accounts/UserService.cs", text })
}

/// The program and its IR, for a snapshot.
fn shown(text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(text).unit))
}

#[test]
fn types_have_fields_properties_attributes_and_documentation() {
    insta::assert_snapshot!(shown(
        r#"
using System;
using System.Collections.Generic;
using Mail = Example.Services.Mail;
using static System.Math;

namespace Example.Accounts;

/// <summary>
/// A person with an <b>account</b>.
/// </summary>
/// <remarks>None.</remarks>
[Table("users")]
public partial class User(ILogger<User> logger) : Entity<Guid>, IUser
{
    public const string Base = "https://api.example.kz";
    private readonly ILogger<User> _logger = logger;

    /// <summary>Where we write to.</summary>
    [JsonPropertyName("e_mail"), Display(Name = "Postal address")]
    [Column("email")]
    public string? Email { get; set; } = null!;
    [Key] public Guid Id { get; init; }
    [JsonIgnore]
    public string Hash { get; private set; } = "";
    public List<Address> Addresses { get; } = new();
    public DateTime? Born { get; set; }
    public string First, Last;
    public string Full => $"{First} {Last}";
    public string Mail { get { return Email ?? ""; } }

    public override string ToString() => $"{Full} <{this.Email,10:x}>";

    public User(string email) : base(email) { Email = email; }
}

public record Person(string Name, [property: JsonPropertyName("iin")] string Iin) : Base(Name);
public readonly record struct Point(int X, int Y);
public enum Role { Admin = 1, [Display(Name = "x")] Guest }
public interface INotifier { Task Notify(string to); string Name { get; } }

public static class UserExtensions
{
    public static string Contact(this User user, string kind) => user.Email + kind;
}
"#
    ));
}

#[test]
fn code_is_lowered() {
    insta::assert_snapshot!(shown(
        r#"
namespace Example
{
    public class Service
    {
        private readonly IRepository<User> _users;

        public Service(IRepository<User> users) => _users = users;

        public async Task<string> Run(IEnumerable<User> users, object x, string s = "d")
        {
            var user = new User("a") { Email = s, Address = new() { City = "b" } };
            foreach (var (k, v) in users) { Use(k, v); }
            if (x is User { Email: var mail, Address.City: "A" } found && x is not string text)
                Console.WriteLine(mail + found.Phone);
            else if (!int.TryParse(s, out var n)) throw new ArgumentException($"bad {s}");
            var q = from u in users where u.Age > 18 let e = u.Email select e;
            var names = users.Where(u => u.Active).Select(u => new { u.Name, Mail = u.Email }).ToList();
            var z = user?.Address?.City.Trim()[0];
            var copy = user with { Email = "c" };
            var kind = x switch { User t when t.Age > 1 => t.Email, null => "none", _ => throw new Exception() };
            switch (x)
            {
                case User t: Use(t.Email, 1); break;
                case 1: case 2: return s;
                default: return text;
            }
            try { await _users.Add(user!); }
            catch (SqlException ex) when (ex.Number == 1) { Log(ex.Message); }
            finally { Close(); }
            using var file = File.OpenText(@"C:\x");
            using (var stream = Open()) { stream.Write(s); }
            var map = new Dictionary<string, string> { ["email"] = s, { "phone", "1" } };
            string[] list = [s, .. names];
            (string a, var b) = Pair();
            string Local(string p) => p ?? s;
            s += Local(a);
            Handler += (o, e) => Use(o, e);
            var y = (string)x ?? (x as User)?.Email ?? Service.Base;
            return this.Format(y, text: s, count: b++);
        }
    }
}
"#
    ));
}

#[test]
fn top_level_statements_are_the_modules_code() {
    insta::assert_snapshot!(shown(
        "using Serilog;\nvar builder = WebApplication.CreateBuilder(args);\nvar email = Console.ReadLine();\nLog.Information(\"{Email}\", email);\n\
         void Show(string s) { Console.WriteLine(s); }\nShow(email);\nrecord Dto(string Email);\n"
    ));
}

#[test]
fn broken_code_costs_itself() {
    let lowered = lower("class U { public string Email { get; set; } void F() { Log(this.; } }\nclass V { string Phone; }");
    assert!(!lowered.damage.is_empty());
    assert!(printer::print(&lowered.unit).contains("Phone"));
}

#[test]
fn what_tools_write_is_left_out() {
    let text = "class U { public string Email { get; set; } }";
    let designed = CSharp.lower(&Input { path: "Migrations/Init.Designer.cs", text });
    assert!(designed.unit.types.is_empty());
    assert_eq!(lower(text).unit.types.len(), 1);
}

#[test]
fn deep_nesting_ends() {
    lower(&format!("class A {{ int X() => {}1{}; }}", "(".repeat(5_000), ")".repeat(5_000)));
    lower(&format!("class A {{ void X() {}{} }}", "{".repeat(3_000), "}".repeat(3_000)));
    lower(&"class A { ".repeat(2_000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_survived(text in "(class|record|get;|set;|new|is|switch|=>|var|out|from|select|=|\\{|\\}|\\(|\\)|\\[|\\]|\\?|\"|\\$|x|Y|,|;|\n| |\\.){0,80}") {
        lower(&text);
    }
}
