//! What Go becomes in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::go::Go;
use pdlint::lang::{Frontend, Input, Lowered};
use proptest::prelude::{ProptestConfig, proptest};

fn lower(text: &str) -> Lowered {
    Go.lower(&Input { path: "internal/accounts/service.go", text })
}

/// The program and its IR, for a snapshot.
fn shown(text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(text).unit))
}

#[test]
fn types_have_fields_tags_comments_and_what_they_embed() {
    insta::assert_snapshot!(shown(
        r#"
package accounts

import (
	"fmt"
	"github.com/example/app/internal/mail"
	log "github.com/sirupsen/logrus"
	"github.com/getsentry/sentry-go"
	_ "embed"
)

// User is a person with an account.
type User struct {
	Model
	*audit.Trail
	// Where we write to.
	Email string `json:"email" db:"email_address"`
	IIN   string `json:"iin,omitempty" gorm:"column:iin;comment:Individual number"` // national number
	Hash  string `json:"-"`
	First, Last string
	Address struct {
		City string
	}
	secret []byte
}

type Role = string

type (
	// Notifier tells.
	Notifier interface {
		fmt.Stringer
		Notify(to string) error
	}
	Emails []string
	Page[T any] struct{ Items []T }
)

const Base, Path = "https://api.example.kz", `/v1\n`

var client = mail.New(Base)

func (u *User) String() string { return u.Email }

func New(first, last string, age int, rest ...string) (user *User, err error) {
	user = &User{First: first, Last: last}
	return
}
"#
    ));
}

#[test]
fn code_is_lowered() {
    insta::assert_snapshot!(shown(
        r#"
package accounts

func run(users []User, ch chan string, any interface{}) (string, error) {
	for i, u := range users {
		if err := send(u.Email, i); err != nil {
			return "", fmt.Errorf("send: %w", err)
		} else if u.Age > 18 && u.Name != "" {
			ch <- u.Email
		} else {
			u.Name += "x"
		}
	}
	for i := 0; i < 3; i++ {
		defer close(ch)
	}
	v, ok := cache["k"]
	a, b := b, a
	switch v := any.(type) {
	case string:
		log.Println(v)
	case *User, User:
		log.Println(v)
	default:
		go func(to string) { notify(to) }(v.Email)
	}
	switch x := kind(v); x {
	case "a", "b":
		return x, nil
	}
	select {
	case m := <-ch:
		log.Println(m, string(b), ok)
	case ch <- "x":
	}
	list := []User{{Email: a}, {Email: "b"}}
	list = append(list, users[1:]...)
	byName := map[string]*User{"x": {Email: a}, v: nil}
	point := Point{1, 2}
	fresh := new(User)
	fresh.Email = *user.Email
	return fmt.Sprintf("%s", byName), nil
}
"#
    ));
}

#[test]
fn what_is_written_in_real_code_is_expressed() {
    let lowered = lower(
        "package a\nfunc f(x map[string]int) (n int) {\nlabel:\n\tfor range x { if n++; n > 3 { break label } }\n\tvar p *int = &n\n\
         \tg := func() (int, error) { return *p, nil }\n\tm, _ := g()\n\tn -= m << 2\n\treturn Max[int](n, -1)\n}\n",
    );
    assert!(lowered.damage.is_empty(), "{:?}", lowered.damage);
    assert_eq!(lowered.unit.counts.opaque, 0);
}

#[test]
fn broken_code_costs_itself() {
    let lowered = lower("package a\nfunc f() { log.Println(x.Email }\nfunc g( {}\ntype U struct { Email string }\n");
    assert!(!lowered.damage.is_empty());
    assert!(printer::print(&lowered.unit).contains("Email"));
}

#[test]
fn deep_nesting_ends() {
    lower(&format!("package a\nfunc f() {{ x := {}1{} }}", "(".repeat(5_000), ")".repeat(5_000)));
    lower(&format!("package a\nfunc f() {}{}", "{".repeat(3_000), "}".repeat(3_000)));
    lower(&format!("package a\nvar x = {}{}", "[]T{".repeat(2_000), "}".repeat(2_000)));
    lower(&format!("package a\ntype T {} int", "struct { a ".repeat(2_000)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_survived(text in "(package|func|type|struct|if|for|range|switch|case|:=|=|\\{|\\}|\\(|\\)|\\[|\\]|<-|\"|`|x|y|,|\n| |\\.){0,80}") {
        lower(&text);
    }
}
