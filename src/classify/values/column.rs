//! Many values of one column: what they are together, and which of them look like somebody's.
//!
//! One value proves little: a number in twelve digits passes the check of an IIN once in a few hundred times. A column proves
//! more. Where nearly all its values have one form, the column holds such data whatever its name; where few pass the check, those
//! few passed by chance.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use smallvec::SmallVec;

use super::{Hint, ValueHit, checks, detect_hinted, mask, prefixed, same_or_counting};
use crate::catalog::{Categories, CategoryId};

/// So many different values of one form at least, before they tell what a column holds.
pub const FEWEST: usize = 3;
/// And so many of a hundred.
pub const SHARE: u64 = 80;
/// Of the values of a column that is named for what they are, so many of a hundred must pass the check for those to be real:
/// made-up numbers pass it one time in ten.
const NAMED_SHARE: u64 = 50;

/// A form that whole values of a column have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `name@host.top`.
    Email,
    /// Twelve digits with the date of birth and check digit of an individual.
    Iin,
    /// Luhn's check and a scheme's range.
    Card,
    /// Country, length and remainder.
    Iban,
    /// `+7 701 902 48 13`, `(212) 555-0101`.
    Phone,
    /// An IPv4 or IPv6 address of a network in use.
    Ip,
}

impl Form {
    /// The category of what has the form.
    #[must_use]
    pub fn category(self) -> &'static str {
        match self {
            Self::Email => "user.contact.email",
            Self::Iin => "user.government_id.iin",
            Self::Card => "user.financial.credit_card",
            Self::Iban => "user.financial.bank_account",
            Self::Phone => "user.contact.phone_number",
            Self::Ip => "user.device.ip_address",
        }
    }

    /// What it is for people, in the plural.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Email => "e-mail addresses",
            Self::Iin => "IINs",
            Self::Card => "payment cards",
            Self::Iban => "IBANs",
            Self::Phone => "telephone numbers",
            Self::Ip => "IP addresses",
        }
    }

    /// The form of a whole value, placeholders included: `user@example.com` shows what its column is for as well as any other.
    #[must_use]
    pub fn of(value: &str) -> Option<Self> {
        let value = value.trim();
        let bytes = value.as_bytes();
        if !(5..=64).contains(&bytes.len()) {
            return None;
        }
        if memchr::memchr(b'@', bytes).is_some() {
            return is_address(value).then_some(Self::Email);
        }
        let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits == bytes.len() {
            return match digits {
                12 if matches!(checks::kazakh(value), Some(checks::Kazakh::Iin { century: 1.. })) => Some(Self::Iin),
                13..=19 if checks::luhn(value) && checks::card_scheme(value).is_some() => Some(Self::Card),
                _ => None,
            };
        }
        if digits < 3 {
            return None;
        }
        if is_ip(value) {
            return Some(Self::Ip);
        }
        let written_as_number =
            bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'(' | b')' | b'+' | b'.'));
        if written_as_number {
            let compact: String = value.chars().filter(char::is_ascii_digit).collect();
            let grouped = (15..=16).contains(&compact.len()) && !value.contains(['+', '(', '.']);
            if grouped && checks::luhn(&compact) && checks::card_scheme(&compact).is_some() {
                return Some(Self::Card);
            }
            return is_phone(value, &compact).then_some(Self::Phone);
        }
        let compact: String = value.chars().filter(|c| *c != ' ').collect();
        checks::is_iban(&compact).then_some(Self::Iban)
    }
}

/// `local@domain.top`, and nothing else.
fn is_address(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    let Some((name, top)) = domain.rsplit_once('.') else { return false };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '\'');
    let top_fine = (2..=18).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    !local.is_empty()
        && local.chars().all(plain)
        && !name.is_empty()
        && top_fine
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

/// The forms in which only telephone numbers are written: `+` and the digits of an international number; an area code in
/// brackets; `212-555-0101`.
fn is_phone(value: &str, digits: &str) -> bool {
    if value.contains('.') && value.matches('.').count() != 2 {
        return false;
    }
    if value.starts_with('+') {
        return (10..=15).contains(&digits.len()) && !value.contains("..");
    }
    let groups: SmallVec<[usize; 5]> =
        value.split([' ', '-', '(', ')', '.']).filter(|group| !group.is_empty()).map(str::len).collect();
    let bracketed = value.contains('(') && value.contains(')');
    match groups.as_slice() {
        [3, 3, 4] | [1, 3, 3, 4] => true,
        [1, 3, 3, 2, 2] => digits.starts_with(['7', '8']),
        [3..=5, ..] if bracketed => (9..=12).contains(&digits.len()),
        _ => false,
    }
}

/// An address of a network: four numbers of which one at least could be no version's, or an IPv6 address.
fn is_ip(value: &str) -> bool {
    match value.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => {
            !address.is_unspecified() && !address.is_loopback() && address.octets().iter().any(|octet| *octet >= 60)
        }
        Ok(std::net::IpAddr::V6(address)) => value.len() >= 8 && !address.is_unspecified() && !address.is_loopback(),
        Err(_) => false,
    }
}

/// How many values have a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The form.
    pub form: Form,
    /// Values that have it.
    pub count: u32,
    /// Digests of the first different ones.
    different: SmallVec<[u64; FEWEST]>,
    /// The first one, masked.
    pub masked: String,
    /// Which of the column's values that was.
    pub first: usize,
}

/// What the values of a column are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tallies {
    /// Values looked at.
    pub sampled: u32,
    /// Of these, legal entities' numbers, which stand beside individuals' in columns that hold either.
    pub entities: u32,
    /// By form.
    pub forms: SmallVec<[Tally; 1]>,
}

impl Tallies {
    fn add(&mut self, at: usize, value: &str) {
        let Some(form) = Form::of(value) else {
            self.entities += u32::from(value.len() == 12 && checks::is_bin(value));
            return;
        };
        let position = self.forms.iter().position(|tally| tally.form == form).unwrap_or_else(|| {
            self.forms.push(Tally { form, count: 0, different: SmallVec::new(), masked: mask(value.trim()), first: at });
            self.forms.len() - 1
        });
        let Some(tally) = self.forms.get_mut(position) else { return };
        tally.count += 1;
        tally.differ(digest(value));
    }

    /// Adds what another file holds of the same column.
    pub fn merge(&mut self, other: &Self) {
        self.sampled = self.sampled.saturating_add(other.sampled);
        self.entities = self.entities.saturating_add(other.entities);
        for theirs in &other.forms {
            match self.forms.iter_mut().find(|ours| ours.form == theirs.form) {
                Some(ours) => {
                    ours.count = ours.count.saturating_add(theirs.count);
                    theirs.different.iter().for_each(|digest| ours.differ(*digest));
                }
                None => self.forms.push(theirs.clone()),
            }
        }
    }

    /// The form that plainly is the column's: nearly all values have it, and they differ.
    #[must_use]
    pub fn telling(&self) -> Option<&Tally> {
        let others = if self.forms.iter().any(|tally| tally.form == Form::Iin) { self.entities } else { 0 };
        let sampled = u64::from(self.sampled.saturating_sub(others));
        self.forms.iter().find(|tally| tally.different.len() >= FEWEST && u64::from(tally.count) * 100 >= SHARE * sampled)
    }
}

impl Tally {
    fn differ(&mut self, digest: u64) {
        if self.different.len() < FEWEST && !self.different.contains(&digest) {
            self.different.push(digest);
        }
    }
}

fn digest(value: &str) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Values of one column that look like somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealValues {
    /// The first of them; its range lies in the value.
    pub first: ValueHit,
    /// Which of the column's values that is.
    pub at: usize,
    /// How many there are.
    pub count: u32,
}

/// What reading a column gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnReading {
    /// What the values are together.
    pub tallies: Tallies,
    /// Those that look like somebody's, by category.
    pub real: Vec<RealValues>,
}

/// Reads the values of a column. `other` more values were seen that cannot be anything.
#[must_use]
pub fn read_column<'v>(
    name: Option<&str>,
    values: impl Iterator<Item = std::borrow::Cow<'v, str>> + Clone,
    other: u32,
    categories: &Categories,
) -> ColumnReading {
    let mut tallies = Tallies { sampled: other, ..Tallies::default() };
    let mut candidates = false;
    for (at, value) in values.clone().enumerate() {
        tallies.sampled += 1;
        if may_tell(&value) {
            candidates = true;
            tallies.add(at, value.trim());
        }
    }
    if !candidates {
        return ColumnReading { tallies, real: Vec::new() };
    }
    let named = Hint::of(name, categories);
    let telling = tallies.telling().map(|tally| Hint { category: Some(tally.form.category()) });
    // A name that says something else is right about what the values are for; the values about what they are.
    let hint = telling.unwrap_or(named);
    let mut sums: SmallVec<[Sum; 2]> = SmallVec::new();
    for (at, value) in values.enumerate().filter(|(_, value)| may_tell(value)) {
        for hit in detect_hinted(&value, &hint, categories) {
            let alone = value.trim().len() == hit.end - hit.start;
            let checked = alone && needs_check(&hit);
            if !(checked || is_plain(&value, &hit, alone)) {
                continue;
            }
            match sums.iter_mut().find(|sum| sum.category == hit.category) {
                Some(sum) => {
                    sum.count += 1;
                    sum.checked += u32::from(checked);
                }
                None => sums.push(Sum { category: hit.category, count: 1, checked: u32::from(checked), at, first: hit }),
            }
        }
    }
    let sampled = u64::from(tallies.sampled.saturating_sub(tallies.entities));
    let share = if hint.category.is_some() { NAMED_SHARE } else { SHARE };
    let real = sums
        .into_iter()
        // Values that passed a check by chance are few; then only those count that are marked for what they are.
        .filter(|sum| {
            let enough = hint.category.is_some() || sum.checked as usize >= FEWEST;
            sum.checked == 0 || sum.checked < sum.count || enough && u64::from(sum.checked) * 100 >= share * sampled
        })
        .map(|sum| RealValues { first: sum.first, at: sum.at, count: sum.count })
        .collect();
    ColumnReading { tallies, real }
}

struct Sum {
    category: CategoryId,
    count: u32,
    /// Of these, whole values that only a check digit tells from other numbers.
    checked: u32,
    at: usize,
    first: ValueHit,
}

/// Whether a value can be anything at all: nearly none can, and this costs next to nothing.
fn may_tell(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut digits = 0;
    for byte in bytes {
        digits += usize::from(byte.is_ascii_digit());
        if *byte == b'@' || digits >= 9 {
            return true;
        }
    }
    digits >= 4 && bytes.len() <= 45 && bytes.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'))
}

/// Whether only the check digit tells the value from any other number.
fn needs_check(hit: &ValueHit) -> bool {
    matches!(hit.what, "IIN" | "SNILS" | "INN" | "payment card")
}

/// Whether the hit is plain by itself: an address, or a number that is marked or written as what it is.
fn is_plain(value: &str, hit: &ValueHit, alone: bool) -> bool {
    match hit.what {
        "IIN" | "SNILS" | "INN" => prefixed(value, hit.start, super::IIN_MARKS),
        // In a sentence, cards are found by their groups of four alone.
        "payment card" => !alone,
        "telephone number" => !value.get(hit.start..hit.end).is_some_and(|number| {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            same_or_counting(&digits)
        }),
        _ => true,
    }
}
