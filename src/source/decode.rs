//! Bytes to text: byte-order marks, UTF-8, UTF-16, else the most likely single-byte encoding.

use std::sync::Arc;

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
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
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
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // UTF-8 is allowed so that a file with a few broken bytes stays UTF-8 with replacement characters.
    let encoding = detector.guess(None, chardetng::Utf8Detection::Allow);
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    Some(Decoded { text: Arc::from(text), encoding: encoding.name(), lossy })
}

/// UTF-16 of mostly Latin text has a NUL in every other byte: editors on Windows save SQL scripts so, some without a mark.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let pairs = sample.chunks_exact(2).len();
    if pairs < 8 {
        return None;
    }
    let zero_at = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (high_first, low_first) = (zero_at(0), zero_at(1));
    if low_first * 10 > pairs * 6 && high_first * 20 < pairs {
        Some(encoding_rs::UTF_16LE)
    } else if high_first * 10 > pairs * 6 && low_first * 20 < pairs {
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
    fn binary_data_is_not_text() {
        assert_eq!(decode(b"\x7fELF\x02\x01\x01\x00\x00\x00rest of it"), None);
    }
}
