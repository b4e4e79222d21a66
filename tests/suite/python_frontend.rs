//! What Python becomes in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::python::Python;
use pdlint::lang::{Frontend, Input, Lowered};

fn lower(text: &str) -> Lowered {
    Python.lower(&Input { path: "app/accounts/views.py", text })
}

/// The program and its IR, for a snapshot.
fn shown(text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(text).unit))
}

#[test]
fn classes_have_fields_methods_and_what_constructors_assign() {
    insta::assert_snapshot!(shown(
        r#"
from dataclasses import dataclass
from .models import Account as Acc
import os.path, logging

logger = logging.getLogger(__name__)

@dataclass
class User(Base, metaclass=Meta):
    """A person with an account."""
    email: str
    #: Where we call.
    phone: Optional[str] = None
    tags: list["Tag"] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.email} <{self.phone}>"

class Service:
    base_url = "https://api.example.kz"

    def __init__(self, client: Client, token="t"):
        self.client = client
        self.token = token

    async def send(self, user: User, *rest, text=None, **more):
        body = {"to": user.email, **more}
        body["text"] = text or user.label
        response = await self.client.post(f"{self.base_url}/send", json=body, headers={"X": self.token})
        return response.json()["id"]
"#
    ));
}

#[test]
fn code_is_lowered() {
    insta::assert_snapshot!(shown(
        r#"
import requests

def run(users, *, limit: int = 5):
    (first, *others), last = users
    for i, u in enumerate(users):
        if u.email and u.age > 18:
            text = "Hello, " + u.email
        elif (n := len(u.name)) > 3:
            text = "%s" % u.phone
        else:
            text = "x"
        print(text, limit)
    emails = [u.email for u in users if u.email]
    by = {u.id: u for u in users}
    try:
        requests.post("https://x.kz", data=dict(a=1))
    except (ValueError, KeyError) as e:
        logging.error("failed %s", e)
        raise Error(e) from e
    finally:
        close()
    with open("f") as f, lock:
        f.write(text)
    def inner(a):
        return a + text
    inner(emails)
    name = first.name if first else None
    match first:
        case User(email=e, name="x") if e:
            print(e)
        case {"phone": p}:
            print(p)
        case _:
            pass
    users.sort(key=lambda u: u.email)
    yield by[first.id]
    User.objects.filter(email=name).first().email.lower()
"#
    ));
}

#[test]
fn a_syntax_error_costs_the_broken_node() {
    let lowered = lower(
        "def broken(:\n    x = = 1\n\nclass User:\n    email: str\n    phone = Field(\n\ndef good(user: User):\n    print(user.email)\n",
    );
    assert!(!lowered.damage.is_empty());
    let shown = printer::print(&lowered.unit);
    assert!(shown.contains("good") && shown.contains("email"), "{shown}");
}
