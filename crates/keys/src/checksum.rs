//! CRC-32 as in Ethernet, gzip and PNG (ISO 3309), written in base62.

/// The digits of base62, in the order of their values.
pub(crate) const DIGITS: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The characters that a checksum takes: 62^6 is more than 2^32.
pub(crate) const CHECKSUM_LENGTH: usize = 6;

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    let mut value: u32 = 0;
    while index < 256 {
        let mut remainder = value;
        let mut bit = 0;
        while bit < 8 {
            remainder = if remainder & 1 == 1 {
                0xEDB8_8320 ^ (remainder >> 1)
            } else {
                remainder >> 1
            };
            bit += 1;
        }
        table[index] = remainder;
        index += 1;
        value += 1;
    }
    table
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        let [low, ..] = sum.to_le_bytes();
        TABLE[usize::from(low ^ byte)] ^ (sum >> 8)
    })
}

/// The checksum of a text: six base62 digits, the most significant first.
pub(crate) fn checksum(text: &str) -> String {
    let mut rest = u64::from(crc32(text.as_bytes()));
    let mut digits = [b'0'; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        let value = usize::try_from(rest % 62).unwrap_or_default();
        *digit = DIGITS[value];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_check_value_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn writes_the_smallest_and_the_largest_value_with_six_digits() {
        assert_eq!(checksum(""), "000000");
        // 0xCBF43926 = 3421780262 in base62.
        let value = checksum("123456789").bytes().fold(0_u64, |sum, digit| {
            let position = DIGITS
                .iter()
                .position(|candidate| *candidate == digit)
                .unwrap();
            sum * 62 + u64::try_from(position).unwrap()
        });
        assert_eq!(value, 0xCBF4_3926);
    }
}
