//! Periods as statements write them: `INTERVAL '90 days'`, `DATEADD(day, -30, ...)`, `datetime('now', '-1 year')`.

use super::super::token::{Kind, Tokens, unquote};

/// Days in so many of a unit, rounded up; a month is 30 days, a year 365, as in the Policy file.
pub(super) fn in_days(number: f64, unit: &str) -> Option<u32> {
    let unit = unit.trim_matches(|c: char| !c.is_ascii_alphabetic()).to_ascii_lowercase();
    let unit = unit.strip_prefix("sql_tsi_").unwrap_or(&unit);
    let seconds = match unit.strip_suffix('s').unwrap_or(unit) {
        "second" | "sec" | "ss" | "s" => 1.0,
        "minute" | "min" | "mi" | "m" => 60.0,
        "hour" | "hr" | "hh" | "h" => 3_600.0,
        "day" | "dd" | "d" | "dayofyear" | "dy" => 86_400.0,
        "week" | "wk" | "ww" | "w" => 7.0 * 86_400.0,
        "month" | "mon" | "mm" => 30.0 * 86_400.0,
        "quarter" | "qq" => 91.0 * 86_400.0,
        "year" | "yr" | "yy" | "yyyy" | "y" => 365.0 * 86_400.0,
        "decade" => 3_650.0 * 86_400.0,
        _ => return None,
    };
    seconds_in_days(number.abs() * seconds)
}

/// Days in so many seconds, rounded up; nothing for none and for what no one means.
pub(super) fn seconds_in_days(seconds: f64) -> Option<u32> {
    let days = (seconds / 86_400.0).ceil();
    // A period of a thousand years is a sentinel, not a period.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above and below on this line")]
    (1.0..365_000.0).contains(&days).then_some(days as u32)
}

/// A period in a text: `90 days`, `-1 year`, `1 year 6 months`, `P90D`, `02:00:00` (nothing, as it is less than a day counts one).
pub(super) fn of_text(text: &str) -> Option<u32> {
    let text = text.trim().trim_start_matches('@').trim();
    if let Some(iso) = text.strip_prefix(['P', 'p']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == 'T')) {
        return iso_days(iso);
    }
    let mut days = 0u32;
    let mut number: Option<f64> = None;
    for word in pieces(text) {
        if let Ok(read) = word.parse::<f64>() {
            number = Some(read);
        } else if word.eq_ignore_ascii_case("ago") || word.eq_ignore_ascii_case("and") {
            continue;
        } else {
            days = days.checked_add(in_days(number.take()?, word)?)?;
        }
    }
    (days > 0 && number.is_none()).then_some(days)
}

/// Numbers and words: `1year` is two.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').flat_map(|word| {
        let end = word.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (number, unit) = word.split_at(end);
        [number, unit].into_iter().filter(|part| !part.is_empty())
    })
}

fn iso_days(text: &str) -> Option<u32> {
    let mut days = 0u32;
    let mut digits = String::new();
    for letter in text.chars().take(40) {
        match letter {
            '0'..='9' => digits.push(letter),
            // What follows counts hours and less: at most another day.
            'T' | 't' => return Some(days.max(1)),
            _ => {
                let unit = match letter.to_ascii_uppercase() {
                    'Y' => "year",
                    'M' => "month",
                    'W' => "week",
                    'D' => "day",
                    _ => return None,
                };
                days = days.checked_add(in_days(digits.parse().ok()?, unit)?)?;
                digits.clear();
            }
        }
    }
    (days > 0).then_some(days)
}

/// The first period between two tokens.
pub(super) fn find(tokens: &Tokens<'_>, start: usize, end: usize) -> Option<u32> {
    (start..end.min(tokens.len())).find_map(|at| at_token(tokens, at))
}

fn number(tokens: &Tokens<'_>, at: usize) -> Option<f64> {
    let signed = usize::from(tokens.sign(at, b'-') || tokens.sign(at, b'+'));
    let token = tokens.get(at + signed)?;
    match token.kind {
        Kind::Number => tokens.raw(at + signed).parse().ok(),
        Kind::Text => unquote(tokens.raw(at + signed)).trim().parse().ok(),
        _ => None,
    }
}

/// How many tokens the arguments of a function about dates take at most: groups are looked through at every such function, and one
/// that never closes must not cost more.
const ARGUMENTS: usize = 64;

/// After the group that opens at `at`, or as far as it is looked through.
fn after_group(tokens: &Tokens<'_>, at: usize) -> usize {
    let end = tokens.len().min(at + ARGUMENTS);
    at + tokens.slice(at, end).after_group(0)
}

/// A number in the group that opens at `at`.
fn only_number(tokens: &Tokens<'_>, at: usize) -> Option<f64> {
    if tokens.sign(at, b'(') { number(tokens, at + 1) } else { None }
}

/// The period whose telling word stands at `at`.
fn at_token(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    let token = tokens.get(at)?;
    let raw = tokens.raw(at);
    if token.kind == Kind::Text {
        // `datetime('now', '-1 year')`, `'90 days'::interval`.
        return of_text(&unquote(raw));
    }
    if token.kind != Kind::Word {
        return None;
    }
    let word = raw.to_ascii_uppercase();
    match word.as_str() {
        "INTERVAL" => interval(tokens, at + 1),
        // `DATEADD(day, -30, ...)`, `TIMESTAMPADD(DAY, -30, ...)`, and the comparison of a difference with a number.
        "DATEADD" | "TIMESTAMPADD" | "DATE_ADD" | "DATE_SUB" | "TIMESTAMP_SUB" | "DATETIME_SUB" if tokens.sign(at + 1, b'(') => {
            let unit = tokens.raw(at + 2);
            number(tokens, at + 4).and_then(|number| in_days(number, unquote(unit).as_ref()))
        }
        "DATEDIFF" | "TIMESTAMPDIFF" | "DATE_DIFF" | "TIMESTAMP_DIFF" if tokens.sign(at + 1, b'(') => {
            let after = after_group(tokens, at + 1);
            let compared = (after..after + 3).find(|next| matches!(tokens.get(*next), Some(one) if one.kind == Kind::Number))?;
            let last = after.saturating_sub(2);
            let unit = [at + 2, last].into_iter().find(|unit| in_days(1.0, &unquote(tokens.raw(*unit))).is_some());
            in_days(number(tokens, compared)?, unit.map_or("day", |unit| tokens.raw(unit)))
        }
        "ADD_MONTHS" if tokens.sign(at + 1, b'(') => {
            let close = after_group(tokens, at + 1);
            let comma = (at + 2..close).rev().find(|comma| tokens.sign(*comma, b','))?;
            in_days(number(tokens, comma + 1)?, "month")
        }
        "MAKE_INTERVAL" if tokens.sign(at + 1, b'(') => {
            let value = (at + 3..at + 7).find(|value| matches!(tokens.get(*value), Some(one) if one.kind == Kind::Number))?;
            in_days(number(tokens, value)?, tokens.raw(at + 2))
        }
        // ClickHouse: `toIntervalDay(30)`, `subtractDays(now(), 30)`.
        _ if word.starts_with("TOINTERVAL") => {
            in_days(only_number(tokens, at + 1)?, word.get("TOINTERVAL".len()..).unwrap_or_default())
        }
        _ if word.starts_with("SUBTRACT") && tokens.sign(at + 1, b'(') => {
            let close = after_group(tokens, at + 1);
            let comma = (at + 2..close).rev().find(|comma| tokens.sign(*comma, b','))?;
            in_days(number(tokens, comma + 1)?, word.get("SUBTRACT".len()..).unwrap_or_default())
        }
        // A bare number after today is days: Oracle's `SYSDATE - 30`, ClickHouse's `today() - 30`.
        "SYSDATE" | "SYSTIMESTAMP" | "CURRENT_DATE" | "TODAY" | "GETDATE" => {
            let next = if tokens.sign(at + 1, b'(') { after_group(tokens, at + 1) } else { at + 1 };
            if !tokens.sign(next, b'-') || !matches!(tokens.get(next + 1), Some(one) if one.kind == Kind::Number) {
                return None;
            }
            in_days(number(tokens, next + 1)?, "day")
        }
        _ => None,
    }
}

/// What follows `INTERVAL`: `'90 days'`, `90 DAY`, `'3' DAY`, `-90 DAY`.
fn interval(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    let at = at + usize::from(tokens.sign(at, b'('));
    let signed = usize::from(tokens.sign(at, b'-') || tokens.sign(at, b'+'));
    if matches!(tokens.get(at), Some(token) if token.kind == Kind::Text)
        && let Some(days) = of_text(&unquote(tokens.raw(at)))
    {
        return Some(days);
    }
    in_days(number(tokens, at)?, tokens.raw(at + signed + 1))
}

#[cfg(test)]
mod tests {
    use super::super::super::dialect::Dialect;
    use super::super::super::token::Lexer;
    use super::*;

    fn read(text: &str) -> Option<u32> {
        let all: Vec<_> = Lexer::new(text, 0, text.len(), Dialect::Generic).collect();
        find(&Tokens { text, all: &all }, 0, all.len())
    }

    #[test]
    fn periods_of_every_dialect_are_read_in_days() {
        for (text, days) in [
            ("now() - interval '90 days'", 90),
            ("now() - INTERVAL '1 year 6 months'", 545),
            ("NOW() - INTERVAL 30 DAY", 30),
            ("CURRENT_TIMESTAMP - INTERVAL '3' MONTH", 90),
            ("now() - '2 weeks'::interval", 14),
            ("datetime('now', '-1 year')", 365),
            ("DATEADD(day, -30, GETDATE())", 30),
            ("DATEADD(yyyy, -5, SYSUTCDATETIME())", 1825),
            ("DATE_SUB(NOW(), INTERVAL 6 MONTH)", 180),
            ("DATEDIFF(day, created_at, GETDATE()) > 60", 60),
            ("TIMESTAMPDIFF(MONTH, created_at, NOW()) >= 2", 60),
            ("created < SYSDATE - 45", 45),
            ("created < ADD_MONTHS(SYSDATE, -12)", 360),
            ("event_date < today() - 7", 7),
            ("ts + toIntervalDay(30)", 30),
            ("now() - make_interval(days => 10)", 10),
            ("now() - interval '1 hour'", 1),
        ] {
            assert_eq!(read(text), Some(days), "{text}");
        }
    }

    #[test]
    fn what_names_no_period_gives_none() {
        for text in [
            "expires_at < now()",
            "id = 5",
            "name = 'two days'",
            "status = '30'",
            "x < SYSDATE",
            "interval '0 days'",
            "v = '1 2'",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(of_text("P1Y"), Some(365));
        assert_eq!(of_text("PT2H"), Some(1));
        assert_eq!(of_text("Paris"), None);
    }
}
