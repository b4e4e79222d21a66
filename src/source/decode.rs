//! Bytes to text: byte-order marks, UTF-8, UTF-16, else the most likely older encoding. What is not UTF-8 is looked at for
//! Russian first: in a file of code or SQL a single comment is often all there is to tell windows-1251 from KOI8-R.

use std::sync::Arc;

use encoding_rs::Encoding;

/// How a file's bytes were read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte-order mark.
    pub text: Arc<str>,
    /// The encoding's name (WHATWG), e.g. `UTF-8`, `windows-1251`.
    pub encoding: &'static str,
    /// Some bytes were malformed and stand as replacement characters.
    pub lossy: bool,
}

/// How much of a file is looked at to tell binary data and encodings apart.
const SAMPLE: usize = 64 * 1024;

/// Decodes a file's bytes; `None` if they are no text.
///
/// A NUL byte in the first 64 KiB of what has no byte-order mark means binary, as in git and ripgrep.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, lossy) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return Some(Decoded { text: Arc::from(text), encoding: encoding.name(), lossy });
    }
    let sample = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
    if let Some(encoding) = utf16_without_mark(sample) {
        let (text, lossy) = encoding.decode_without_bom_handling(bytes);
        return Some(Decoded { text: Arc::from(text), encoding: encoding.name(), lossy });
    }
    if memchr::memchr(0, sample).is_some() {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded { text: Arc::from(text), encoding: "UTF-8", lossy: false });
    }
    let encoding = if is_damaged_utf8(bytes) { encoding_rs::UTF_8 } else { russian(bytes).unwrap_or_else(|| most_likely(bytes)) };
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    Some(Decoded { text: Arc::from(text), encoding: encoding.name(), lossy })
}

fn most_likely(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// UTF-8 with a few broken bytes stays UTF-8, with replacement characters: a text cut within a character, a stray byte.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken * 10
}

/// So many bytes beyond ASCII are enough to tell an encoding by.
const ENOUGH: usize = 4096;

/// The encoding in which the words beyond ASCII are Russian ones, if there is one: written in one case or with a capital, of
/// letters as frequent as they are in Russian.
fn russian(bytes: &[u8]) -> Option<&'static Encoding> {
    let words: Vec<&[u8]> = bytes.split(|byte| byte.is_ascii()).filter(|word| !word.is_empty()).collect();
    let mut score = [0i64; 3];
    let mut seen = 0;
    for word in words {
        seen += word.len();
        for (score, encoding) in score.iter_mut().zip(RUSSIAN) {
            *score += likeness(word, encoding);
        }
        if seen > ENOUGH {
            break;
        }
    }
    let best = *score.iter().max()?;
    // Russian text comes to about 1.8 a letter; an accented letter within a Latin word to less than one.
    let at = score.iter().position(|score| *score == best && best * 10 > i64::try_from(seen).unwrap_or(i64::MAX) * 11)?;
    RUSSIAN.get(at).copied()
}

/// The more common one first: it wins where two fit alike.
const RUSSIAN: [&Encoding; 3] = [encoding_rs::WINDOWS_1251, encoding_rs::KOI8_R, encoding_rs::IBM866];

/// How much a run of bytes looks like a Russian word.
fn likeness(word: &[u8], encoding: &'static Encoding) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(word);
    let letters = text.chars().filter(|letter| matches!(letter, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | '№' | '«' | '»' | '—'));
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let upper = text.chars().filter(|letter| letter.is_uppercase()).count();
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let cased = upper == 0 || upper == text.chars().count() || (upper == 1 && capital);
    if !cased || i64::try_from(letters.count()).unwrap_or(0) < length {
        return -2 * length;
    }
    let frequent = |letter: char| "оеаинтсрвлкмдпуы".contains(letter);
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.map(|letter| if frequent(letter) { 2 } else { 1 }).sum::<i64>() - i64::from(length < 2)
}

/// UTF-16 has a NUL in every other byte where the text is Latin, and a 4 where it is Cyrillic: editors on Windows save SQL
/// scripts so, some without a mark.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.chunks_exact(2).len();
    if pairs < 8 {
        return None;
    }
    let count = |offset: usize, wanted: fn(u8) -> bool| {
        sample.iter().skip(offset).step_by(2).take(pairs).filter(|byte| wanted(**byte)).count()
    };
    let page = |byte: u8| matches!(byte, 0 | 4 | 0x20);
    let fits = |high: usize, low: usize| {
        let zero = count(high, |byte| byte == 0);
        // Cyrillic text has blanks and words of SQL between; text in one byte a letter has no NUL at all.
        let one_page = zero * 10 > pairs * 6 || (zero * 10 > pairs && count(high, page) * 20 > pairs * 19);
        one_page && count(low, |byte| byte == 0) * 20 < pairs
    };
    if fits(1, 0) {
        Some(encoding_rs::UTF_16LE)
    } else if fits(0, 1) {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn byte_order_marks_are_not_part_of_the_text() {
        let decoded = decode(b"\xEF\xBB\xBFSELECT 1").unwrap();
        assert_eq!((&*decoded.text, decoded.encoding), ("SELECT 1", "UTF-8"));
        let utf16: Vec<u8> = std::iter::once(0xFEFF_u16).chain("иин".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(&*decode(&utf16).unwrap().text, "иин");
    }

    #[test]
    fn utf16_is_recognised_without_a_mark() {
        let bytes: Vec<u8> = "CREATE TABLE t (iin char(12));".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(&*decode(&bytes).unwrap().text, "CREATE TABLE t (iin char(12));");
    }

    #[test]
    fn windows_1251_is_recognised() {
        let (bytes, ..) =
            encoding_rs::WINDOWS_1251.encode("-- Фамилия, имя и отчество клиента\nCREATE TABLE клиент (телефон text);\n");
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, "windows-1251");
        assert!(decoded.text.contains("отчество"));
    }

    #[test]
    fn a_single_comment_tells_the_encoding() {
        for text in
            ["-- ИИН клиента\n", "-- Телефон\nCREATE TABLE t (a int);", "x = 'Фамилия'", "/* почта, адрес */", "'номер паспорта'"]
        {
            for encoding in RUSSIAN {
                let (bytes, ..) = encoding.encode(text);
                let decoded = decode(&bytes).unwrap();
                assert_eq!((&*decoded.text, decoded.encoding), (text, encoding.name()));
            }
        }
        let (bytes, ..) = encoding_rs::WINDOWS_1252.encode("-- Prénom, numéro de téléphone, señor Müller\n");
        assert_eq!(decode(&bytes).unwrap().encoding, "windows-1252");
        let (bytes, ..) = encoding_rs::GBK.encode("-- 用户的电子邮件地址和电话号码\n");
        assert_eq!(decode(&bytes).unwrap().encoding, "GBK");
    }

    #[test]
    fn utf8_with_a_broken_byte_is_still_utf8() {
        let mut bytes = "-- Фамилия, имя и отчество\n".as_bytes().to_vec();
        bytes.insert(4, 0xD0);
        let decoded = decode(&bytes).unwrap();
        assert_eq!((decoded.encoding, decoded.lossy), ("UTF-8", true));
        assert!(decoded.text.contains("отчество"));
    }

    #[test]
    fn cyrillic_utf16_is_recognised_without_a_mark() {
        let text = "CREATE TABLE клиенты (фамилия text, имя text, отчество text);";
        for big in [false, true] {
            let bytes: Vec<u8> =
                text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            assert_eq!(&*decode(&bytes).unwrap().text, text);
        }
    }

    #[test]
    fn binary_data_is_not_text() {
        assert_eq!(decode(b"\x7fELF\x02\x01\x01\x00\x00\x00rest of it"), None);
    }
}
