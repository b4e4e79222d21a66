//! What JavaScript and TypeScript become in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::javascript::JavaScript;
use pdlint::lang::typescript::TypeScript;
use pdlint::lang::{Frontend, Input, Lowered};

fn lower(frontend: &dyn Frontend, path: &str, text: &str) -> Lowered {
    frontend.lower(&Input { path, text })
}

/// The program and its IR, for a snapshot.
fn shown(frontend: &dyn Frontend, path: &str, text: &str) -> String {
    let lowered = lower(frontend, path, text);
    assert_eq!(lowered.damage, []);
    format!("{}\n---\n{}", text.trim(), printer::print(&lowered.unit))
}

#[test]
fn classes_interfaces_and_aliases_have_fields() {
    insta::assert_snapshot!(shown(
        &TypeScript,
        "src/users/user.ts",
        r#"
import { Entity, Column } from "typeorm";
import type { Address as Home } from "../address";
import * as bcrypt from 'bcrypt';
import axios from "axios";
import mail from "./mail";

@Entity("users")
export class User extends BaseEntity<number> implements Person {
  /** Where we write. */
  @Column({ type: "varchar", comment: "ИИН" })
  email!: string;
  readonly phone?: string | null = null;
  private tags: Array<Tag> = [];
  static count = 0;
  constructor(public readonly name: string, private home: Home, ttl = 5) { super(); this.ttl = ttl; }
  get label(): string { return `${this.name} <${this.email}>`; }
  send = async (text: string) => { await axios.post(`https://x.kz/${this.email}`, { text, ...this.home }, { headers: { X: this.phone } }); };
  toString() { return this.name; }
}

export interface Order { id: number; buyer: { email: string; "full-name": string }; paid?: boolean; total(): number }
export type Guest = Partial<User> & { nick: string };
type Kind = "a" | "b";
enum Role { Admin = "admin", User }
export default User;
"#
    ));
}

#[test]
fn code_is_lowered() {
    insta::assert_snapshot!(shown(
        &JavaScript,
        "src/app.js",
        r#"
const express = require('express');
const { send, log: note } = require('./mail');
const router = express.Router();

router.post('/users', async (req, res) => {
  const { email, name: fullName = 'x', ...rest } = req.body;
  let [first, , third] = rest.items;
  if (email && fullName.length > 3) {
    console.log('new user', email);
  } else if (first) {
    note(`Hello ${fullName}`);
  }
  for (const item of rest.items) { send(item.email); }
  for (let i = 0; i < 3; i++) first += third;
  const user = { email, name: fullName || 'none', tell() { return this.email; }, [first]: 1 };
  user.phone = rest['phone'];
  try { await save(user); } catch (e) { console.error(e); throw e; } finally { close(); }
  const names = rest.items.map((x) => x.name).filter(Boolean);
  const label = user.email ? user.name : null;
  switch (user.kind) { case 'a': send(label); break; default: send(names); }
  const view = user?.address?.street ?? "none";
  res.json({ ...user, view });
});

function helper(user, { phone }) { return user.email + ' ' + phone; }
exports.greet = function (user) { return helper(user, user); };
module.exports.limit = 5;
module.exports = { helper, shout(user) { console.log(user.name); } };
"#
    ));
}

#[test]
fn elements_of_jsx_are_calls_and_values() {
    insta::assert_snapshot!(shown(
        &TypeScript,
        "src/profile.tsx",
        r#"
export const Profile = ({ user, ...rest }: { user: User }) => {
  const [email, setEmail] = useState(user.email);
  return <div className="card" {...rest}>
    <Avatar src={user.avatar} alt="x" />
    {email} text {user.phones.map((phone) => <li key={phone}>{phone}</li>)}
  </div>;
};
"#
    ));
}

#[test]
fn objects_that_describe_objects_are_declarations() {
    let lowered = lower(
        &JavaScript,
        "src/models.js",
        r#"
const signUp = z.object({ email: z.string().email(), iin: z.string().length(12).describe("ИИН"), address: z.object({ street: z.string() }), age: z.number().optional() });
const userSchema = new mongoose.Schema({ email: { type: String, required: true }, tags: [String], born: Date, home: { street: String } }, { timestamps: true });
const User = sequelize.define("users", { phone: { type: DataTypes.STRING, allowNull: true, comment: "телефон" } });
const accounts = pgTable("accounts", { login: text("login"), age: integer("age"), at: timestamp("at") });
const nothing = axios.post(url, { email: user.email(), phone: getPhone() });
const options = configure({ retries: number(3), name: label("x"), other: call() });
"#,
    );
    let shown: Vec<String> = lowered
        .unit
        .types
        .iter()
        .map(|one| {
            let fields: Vec<String> = one
                .fields
                .iter()
                .map(|field| format!("{}: {}{}", field.name, field.ty.text, if field.required { "" } else { "?" }))
                .collect();
            format!("{} {{ {} }}", one.name, fields.join(", "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "address { street: string }",
            "signUp { email: string, iin: string, address: object, age: number? }",
            "home { street: String }",
            "userSchema { email: String, tags: String, born: Date, home:  }",
            "users { phone: STRING? }",
            "accounts { login: text, age: integer, at: timestamp }",
        ]
    );
    let labels: Vec<_> = lowered.unit.types.iter().flat_map(|one| &one.fields).flat_map(|field| &field.labels).collect();
    assert_eq!(labels, ["ИИН", "телефон"]);
}

#[test]
fn a_syntax_error_costs_the_broken_node() {
    let lowered = lower(
        &TypeScript,
        "src/broken.ts",
        "class A { email: string; phone = = ; }\nfunction bad( { \nexport function good(user: A) { console.log(user.email) }\n",
    );
    assert!(!lowered.damage.is_empty());
    let shown = printer::print(&lowered.unit);
    assert!(shown.contains("good") && shown.contains("email"), "{shown}");
}

#[test]
fn bundles_are_left_out() {
    let bundle = "!function(e){var t={};t.email=e.email;console.log(t.email)}(window);".repeat(400);
    assert!(lower(&JavaScript, "static/app.min.js", &bundle).unit.functions.is_empty());
}

/// Declarations with their fields, one a line.
fn declarations(lowered: &Lowered) -> Vec<String> {
    let field = |field: &pdlint::ir::Field| format!("{}: {}", field.name, field.ty.text);
    lowered
        .unit
        .types
        .iter()
        .map(|one| {
            let fields: Vec<String> = one.fields.iter().map(field).collect();
            format!("{:?} {} {{ {} }}", one.kind, one.name, fields.join(", "))
        })
        .collect()
}

#[test]
fn inputs_are_a_form_of_the_component_that_shows_them() {
    let lowered = lower(
        &JavaScript,
        "src/register.jsx",
        r#"
export default function Register({ onDone }) {
  return <form onSubmit={onDone}>
    <label>Аты-жөні</label>
    <input type="text" name="fullName" required />
    <TextField name="email" type="email" label="E-mail" />
    <input type="submit" name="go" />
    <input value="no name" />
  </form>;
}
"#,
    );
    assert_eq!(declarations(&lowered), ["Form Register { fullName: <input type=text>, email: <TextField type=email> }"]);
    let labels: Vec<_> = lowered.unit.types[0].fields.iter().flat_map(|field| &field.labels).collect();
    assert_eq!(labels, ["Аты-жөні", "E-mail"]);
}

#[test]
fn members_of_types_written_in_place_are_declarations() {
    let lowered = lower(
        &TypeScript,
        "src/props.ts",
        "interface Props { save: (values: { iin: string }) => void; visits: { at: Date }[]; home: { street: string; geo: { lat: number } } }",
    );
    assert_eq!(
        declarations(&lowered),
        [
            "Struct save { iin: string }",
            "Struct visits { at: Date }",
            "Struct geo { lat: number }",
            "Struct home { street: string, geo: { lat: number } }",
            "Struct Props { save: (values: { iin: string }) => void, visits: { at: Date }[], home: { street: string; geo: { lat: number } } }",
        ]
    );
}
