//! Checksums of identifiers: each function says whether a text is one, separators excluded, and names the source of its rule.

/// What a 12-digit number with a right check digit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kazakh {
    /// An individual's number: birth date, century and sex digit (position 7), which may be 0.
    Iin {
        /// Position 7: 1 and 2 = 1800s, 3 and 4 = 1900s, 5 and 6 = 2000s, odd = male; 0 = foreigner.
        century: u8,
    },
    /// A legal entity's number.
    Bin,
}

/// The digits of a text of exactly `N` ASCII digits.
#[must_use]
pub(super) fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|byte| byte - b'0'))
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Whether the check digit of an IIN or BIN is right (Gov. Resolution of the RK No. 565 of 11.06.2003): weights 1 to 11 modulo
/// 11; if that gives 10, weights 3 to 11, 1, 2; if that gives 10 too, the number is never issued. Twelve zeros are no number.
#[must_use]
pub(super) fn kazakh_check_digit(digits: &[u8; 12]) -> bool {
    const FIRST: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const SECOND: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
    let [body @ .., check] = digits;
    if digits.iter().all(|digit| *digit == 0) {
        return false;
    }
    let mut control = weighted(body, &FIRST) % 11;
    if control == 10 {
        control = weighted(body, &SECOND) % 11;
    }
    control != 10 && control == u32::from(*check)
}

/// What a text is by the rules of IIN and BIN. Digit 5 tells them apart: 0 to 3 begins a day of birth, 4 to 6 names the kind of
/// legal entity. The date of an IIN must exist; a leap day is judged by the century that position 7 gives.
#[must_use]
pub fn kazakh(text: &str) -> Option<Kazakh> {
    let number = digits::<12>(text)?;
    if !kazakh_check_digit(&number) {
        return None;
    }
    let [y1, y2, m1, m2, d1, d2, century, ..] = number;
    let month = m1 * 10 + m2;
    if !(1..=12).contains(&month) {
        return None;
    }
    if (4..=6).contains(&d1) {
        return (d2 <= 3).then_some(Kazakh::Bin);
    }
    let base = match century {
        0 => 2000,
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return None,
    };
    let year = base + u32::from(y1) * 10 + u32::from(y2);
    // A foreigner's century is not known: any leap day will do.
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100))
        || year.is_multiple_of(400)
        || (century == 0 && year.is_multiple_of(4));
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = d1 * 10 + d2;
    (1..=last).contains(&day).then_some(Kazakh::Iin { century })
}

/// Whether a text is an IIN (ИИН, ЖСН), a person's number.
#[must_use]
pub fn is_iin(text: &str) -> bool {
    matches!(kazakh(text), Some(Kazakh::Iin { .. }))
}

/// Whether a text is a BIN (БИН, БСН), a legal entity's number.
#[must_use]
pub fn is_bin(text: &str) -> bool {
    matches!(kazakh(text), Some(Kazakh::Bin))
}

/// The full year of birth in an IIN whose position 7 tells the century.
#[must_use]
pub fn iin_birth_year(text: &str) -> Option<u32> {
    let number = digits::<12>(text)?;
    let [y1, y2, _, _, _, _, century, ..] = number;
    let base = match century {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return None,
    };
    Some(base + u32::from(y1) * 10 + u32::from(y2))
}

/// The Luhn check of payment cards (ISO/IEC 7812-1 annex B).
#[must_use]
pub fn luhn(number: &str) -> bool {
    if number.len() < 2 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = if at % 2 == 1 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a number of digits lies in the range of a card scheme, by first digits and length (ISO/IEC 7812 registrations as the
/// schemes publish them): Visa, Mastercard, American Express, Mir, UnionPay, Discover, JCB, Diners, Maestro.
#[must_use]
pub fn card_scheme(number: &str) -> Option<&'static str> {
    let head = |length: usize| number.get(..length).and_then(|head| head.parse::<u32>().ok());
    let (two, three, four) = (head(2)?, head(3)?, head(4)?);
    let length = number.len();
    Some(match () {
        () if number.starts_with('4') && matches!(length, 13 | 16 | 19) => "Visa",
        () if length == 16 && ((51..=55).contains(&two) || (2221..=2720).contains(&four)) => "Mastercard",
        () if length == 15 && matches!(two, 34 | 37) => "American Express",
        () if (16..=19).contains(&length) && (2200..=2204).contains(&four) => "Mir",
        () if (16..=19).contains(&length) && two == 62 => "UnionPay",
        () if (16..=19).contains(&length) && (four == 6011 || two == 65 || (644..=649).contains(&three)) => "Discover",
        () if (16..=19).contains(&length) && (3528..=3589).contains(&four) => "JCB",
        () if length == 14 && (matches!(two, 36 | 38 | 39) || (300..=305).contains(&three)) => "Diners",
        () if (16..=19).contains(&length) && matches!(four, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761 | 6762 | 6763) => {
            "Maestro"
        }
        () => return None,
    })
}

/// Whether a text without spaces is an IBAN: the length of its country and the remainder modulo 97 (ISO 13616-1, SWIFT registry).
#[must_use]
pub fn is_iban(text: &str) -> bool {
    let Some(country) = text.get(..2) else {
        return false;
    };
    let length = match country {
        "NO" => 15,
        "BE" => 16,
        "DK" | "FI" | "NL" => 18,
        "SI" | "MK" => 19,
        "AT" | "BA" | "EE" | "KZ" | "LT" | "LU" | "XK" => 20,
        "CH" | "HR" | "LI" | "LV" => 21,
        "BG" | "BH" | "CR" | "DE" | "GB" | "GE" | "IE" | "ME" | "RS" => 22,
        "AE" | "GI" | "IL" | "IQ" | "TL" => 23,
        "AD" | "CZ" | "ES" | "MD" | "PK" | "RO" | "SA" | "SE" | "SK" | "TN" | "VG" => 24,
        "PT" => 25,
        "IS" | "TR" => 26,
        "FR" | "GR" | "IT" | "MC" | "MR" | "SM" => 27,
        "AL" | "AZ" | "BY" | "CY" | "DO" | "GT" | "HU" | "LB" | "PL" | "SV" => 28,
        "BR" | "EG" | "PS" | "QA" | "UA" => 29,
        "JO" | "KW" | "MU" => 30,
        "MT" | "SC" => 31,
        "RU" => 33,
        _ => return false,
    };
    let bytes = text.as_bytes();
    let (Some(head), Some(body)) = (bytes.get(..4), bytes.get(4..)) else {
        return false;
    };
    let legal = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    if bytes.len() != length || !bytes.iter().all(legal) || !head.iter().skip(2).all(u8::is_ascii_digit) {
        return false;
    }
    let mut remainder = 0u32;
    for byte in body.iter().chain(head) {
        remainder = if byte.is_ascii_digit() {
            remainder * 10 + u32::from(byte - b'0')
        } else {
            remainder * 100 + u32::from(byte - b'A') + 10
        } % 97;
    }
    remainder == 1
}

/// A Russian taxpayer number of a person (12 digits; order of the Federal Tax Service ED-7-14/559).
#[must_use]
pub fn is_russian_personal_inn(text: &str) -> bool {
    const FIRST: [u32; 10] = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    const SECOND: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let Some(number) = digits::<12>(text) else {
        return false;
    };
    let [.., first, second] = number;
    number.iter().any(|digit| *digit != 0)
        && weighted(&number, &FIRST) % 11 % 10 == u32::from(first)
        && weighted(&number, &SECOND) % 11 % 10 == u32::from(second)
}

/// A Russian pension insurance number, SNILS: 11 digits, the last two a check modulo 101 (order of the Pension Fund 1 of 2019).
#[must_use]
pub fn is_snils(text: &str) -> bool {
    let Some(number) = digits::<11>(text) else {
        return false;
    };
    let [body @ .., tens, ones] = number;
    let serial = body.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(*digit));
    let sum = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
    // Numbers up to 001-001-998 carry no check.
    serial > 1_001_998 && sum % 101 % 100 == u32::from(tens) * 10 + u32::from(ones)
}
