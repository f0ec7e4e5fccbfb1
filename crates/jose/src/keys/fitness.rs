//! Keys that are too weak to prove anything.

/// 2048 bits at least and an exponent that is odd and greater than one.
pub(super) fn rsa_is_fit(modulus: &[u8], exponent: &[u8]) -> Result<(), &'static str> {
    let modulus = without_zeros(modulus);
    let exponent = without_zeros(exponent);
    let bits = modulus.len() * 8
        - modulus.first().map_or(0, |first| {
            usize::try_from(first.leading_zeros()).unwrap_or(0)
        });
    if bits < 2048 {
        return Err("it is an RSA key of fewer than 2048 bits");
    }
    if bits > 8192 {
        return Err("it is an RSA key of more than 8192 bits");
    }
    let odd = exponent.last().is_some_and(|last| last & 1 == 1);
    if !odd || exponent == [1] || exponent.len() > 5 {
        return Err("its RSA exponent is not a sound one");
    }
    Ok(())
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len());
    &number[start..]
}

/// A point of small order makes one signature fit every message.
pub(super) fn ed25519_is_fit(point: &[u8]) -> Result<(), &'static str> {
    const SMALL_ORDER: [[u8; 2]; 5] = [
        [0x00, 0x00],
        [0x01, 0x00],
        [0xec, 0x7f],
        [0x26, 0x05],
        [0xc7, 0x7a],
    ];
    const EIGHTH: [u8; 32] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ];
    const OTHER_EIGHTH: [u8; 32] = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ];
    let Ok(mut encoded) = <[u8; 32]>::try_from(point) else {
        return Err("its point has not 32 bytes");
    };
    encoded[31] &= 0x7f;
    let ends = [encoded[0], encoded[31]];
    let small = SMALL_ORDER.contains(&ends)
        && (encoded == EIGHTH
            || encoded == OTHER_EIGHTH
            || encoded[1..31].iter().all(|byte| *byte == 0)
            || encoded[1..31].iter().all(|byte| *byte == 0xff));
    if small {
        Err("its point is of small order")
    } else {
        Ok(())
    }
}
