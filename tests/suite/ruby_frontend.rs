//! What Ruby becomes in the IR. The snapshot shows a program beside its lowering.

use pdlint::ir::printer;
use pdlint::lang::ruby::Ruby;
use pdlint::lang::{Frontend, Input, Lowered};

fn lower(path: &str, text: &str) -> Lowered {
    Ruby.lower(&Input { path, text })
}

/// The program and its IR, for a snapshot.
fn shown(path: &str, text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(path, text).unit))
}

#[test]
fn classes_and_code_are_lowered() {
    let lowered = lower("app/models/user.rb", PROGRAM);
    assert_eq!(lowered.unit.counts.opaque, 0);
    insta::assert_snapshot!(shown("app/models/user.rb", PROGRAM));
}

const PROGRAM: &str = r##"
# frozen_string_literal: true
require "net/http"
# A person with an account.
class User < ApplicationRecord
  include Greets
  # Where we write.
  attr_accessor :email, :phone
  attribute :iin, :string
  ADMIN = "x"
  Point = Struct.new(:lat, :lng)
  def initialize(email, phone: nil, **rest, &block)
    @email = email
    @phone ||= phone
    super()
  end
  def label = "#{email} <#{@phone}>"
  def self.build(params)
    user = User.new(params[:email], phone: params.fetch(:phone))
    user.name = params["name"] if params.key?(:name)
    users.map { |u| u.email }.each(&:strip!)
    a, (b, *c) = user.pair
    begin
      Net::HTTP.post(URI("https://x.kz/a"), { email:, "x" => 1 }.to_json)
    rescue Foo, Bar => e
      Rails.logger.error("failed #{e.message} for #{user&.email}")
      retry
    ensure
      puts user.label
    end
    case params
    in {email: String => mail, name:} then log(mail, name)
    in [x, *] | nil unless x then x
    end
    sql = <<~SQL + <<-B
      select * from users where email = '#{user.email}'
    SQL
      b text
    B
    yield user, sql
    f = ->(x) { x.email }
    f.call(user)
    return a, b
  end
  class << self
    def z; 1; end
  end
  private
  def w(h) = h => {a:}
end
"##;

#[test]
fn a_written_schema_declares_tables() {
    insta::assert_snapshot!(shown(
        "db/schema.rb",
        r#"
ActiveRecord::Schema[7.1].define(version: 2024_01_01) do
  create_table "users", comment: "Clients", force: :cascade do |t|
    t.string "email", null: false, comment: "Where we write"
    t.date "birth_date"
    t.column :phone, :string
    t.references :city
    t.timestamps
    t.index ["email"], name: "by_email"
  end
end
"#
    ));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_crash(text in "(def |class |end\n|@a|<<~X\n|X\n|#\\{|\"|x\\.y|\\(|\\)|:a|\\{|\\}|\\||yield |in |case |=> |[a-z ,=&*?!\n]){0,40}") {
        lower("a.rb", &text);
    }
}
