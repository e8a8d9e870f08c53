//! Small maths on slices of f32, written so that the compiler uses vector instructions.

/// eˣ to about one part in ten million, without a call into the system's maths library.
///
/// Splits x = n·ln 2 + r and takes a polynomial for eʳ (Cody & Waite 1980, ch. 6; coefficients as in Cephes' `expf`).
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let e = p * r * r + r + 1.0;
    e * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// Turns scores into probabilities in place and tells the logarithm of the sum of their exponentials.
#[inline(always)]
pub(super) fn softmax(z: &mut [f32]) -> f32 {
    let most = z.iter().fold(f32::NEG_INFINITY, |m, &v| if v > m { v } else { m });
    z.iter_mut().for_each(|v| *v = exp(*v - most));
    let sum: f32 = z.iter().sum();
    z.iter_mut().for_each(|v| *v /= sum);
    most + sum.ln()
}

/// y += a·x.
#[inline]
pub(super) fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_everywhere() {
        for i in -8600..8700 {
            let x = i as f32 / 100.0;
            let (ours, theirs) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours / theirs - 1.0).abs() < 3e-7, "exp({x}) = {ours}, not {theirs}");
        }
        assert!(exp(-1e9) < 1e-37 && exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn softmax_sums_to_one_and_tells_the_normaliser() {
        let mut z = [2.0, 1.0, -1.0];
        let normaliser = softmax(&mut z);
        assert!((z[0] - 0.705_385).abs() < 1e-6 && (z.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((normaliser - 2.349_012).abs() < 1e-6);
    }
}
