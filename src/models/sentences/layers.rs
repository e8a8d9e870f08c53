//! The layers of an encoder, over texts that stand one behind the other.
//!
//! Matrices are multiplied by candle; what works on single numbers is written out, so that it runs in one pass, with the
//! widest instructions that the processor has (pulp); these add nothing up in another order.

use super::config::Config;
use super::{EncoderError, Weights};
use crate::models::numbers::{exp, softmax};
use candle_core::{Device, Tensor};
use pulp::Arch;

/// A layer: attention, then two dense steps, each added to what came in and normalised.
pub(super) struct Layer {
    heads: usize,
    /// Query, key and value side by side.
    look: Dense,
    told: Dense,
    first_norm: Norm,
    wide: Dense,
    narrow: Dense,
    second_norm: Norm,
}

/// x·W + b.
struct Dense {
    weights: Tensor,
    bias: Vec<f32>,
}

/// Layer normalisation (Ba, Kiros & Hinton 2016).
pub(super) struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    least: f32,
}

impl Layer {
    pub fn load(weights: &Weights, name: &str, config: &Config) -> Result<Self, EncoderError> {
        let (width, wide) = (config.hidden_size, config.intermediate_size);
        let own = |part: &str| format!("{name}.{part}");
        let attention = ["query", "key", "value"].map(|part| own(&format!("attention.self.{part}")));
        Ok(Self {
            heads: config.num_attention_heads,
            look: Dense::load(weights, &attention.each_ref().map(String::as_str), width, width)?,
            told: Dense::load(weights, &[&own("attention.output.dense")], width, width)?,
            first_norm: Norm::load(weights, &own("attention.output.LayerNorm"), config)?,
            wide: Dense::load(weights, &[&own("intermediate.dense")], width, wide)?,
            narrow: Dense::load(weights, &[&own("output.dense")], wide, width)?,
            second_norm: Norm::load(weights, &own("output.LayerNorm"), config)?,
        })
    }

    /// What the layer makes of tokens that belong to texts of these lengths.
    pub fn apply(&self, x: Vec<f32>, lengths: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let tokens = lengths.iter().sum();
        let seen = self.attend(&self.look.apply(x.clone(), tokens)?, lengths)?;
        let mut x = sum(x, &self.told.apply(seen, tokens)?);
        self.first_norm.apply(&mut x);
        let mut wide = self.wide.apply(x.clone(), tokens)?;
        gelu(&mut wide);
        let mut x = sum(x, &self.narrow.apply(wide, tokens)?);
        self.second_norm.apply(&mut x);
        Ok(x)
    }

    /// Every token takes in what the tokens of its own text tell it, by head.
    fn attend(&self, looked: &[f32], lengths: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let width = self.told.bias.len();
        let (heads, size) = (self.heads, width / self.heads);
        let scale = 1.0 / (size as f32).sqrt();
        let mut seen = vec![0.0; looked.len() / 3];
        let mut start = 0;
        for &n in lengths {
            let rows = &looked[start * 3 * width..(start + n) * 3 * width];
            let part = |which: usize| {
                let mut values = Vec::with_capacity(n * width);
                for head in 0..heads {
                    let from = which * width + head * size;
                    rows.chunks_exact(3 * width).for_each(|row| values.extend_from_slice(&row[from..from + size]));
                }
                Tensor::from_vec(values, (heads, n, size), &Device::Cpu)
            };
            let (query, key, value) = (part(0)?, part(1)?, part(2)?);
            let mut weights: Vec<f32> = query.matmul(&key.t()?)?.flatten_all()?.to_vec1()?;
            let even = || {
                for row in weights.chunks_exact_mut(n.max(1)) {
                    row.iter_mut().for_each(|w| *w *= scale);
                    softmax(row);
                }
            };
            Arch::new().dispatch(even);
            let weights = Tensor::from_vec(weights, (heads, n, n), &Device::Cpu)?;
            let told: Vec<f32> = weights.matmul(&value)?.flatten_all()?.to_vec1()?;
            for (i, token) in told.chunks_exact(size).enumerate() {
                let (head, place) = (i / n, i % n);
                seen[(start + place) * width + head * size..][..size].copy_from_slice(token);
            }
            start += n;
        }
        Ok(seen)
    }
}

impl Dense {
    /// Some linear maps of the same input side by side.
    fn load(weights: &Weights, names: &[&str], from: usize, to: usize) -> Result<Self, EncoderError> {
        let (mut columns, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            columns.push(weights.tensor(&format!("{name}.weight"), &[to, from])?);
            bias.extend(weights.numbers(&format!("{name}.bias"), &[to])?);
        }
        Ok(Self { weights: Tensor::cat(&columns, 0)?.t()?.contiguous()?, bias })
    }

    fn apply(&self, x: Vec<f32>, rows: usize) -> Result<Vec<f32>, EncoderError> {
        let x = Tensor::from_vec(x, (rows, self.weights.dim(0)?), &Device::Cpu)?;
        let mut y: Vec<f32> = x.matmul(&self.weights)?.flatten_all()?.to_vec1()?;
        let add = || {
            for row in y.chunks_exact_mut(self.bias.len()) {
                row.iter_mut().zip(&self.bias).for_each(|(y, b)| *y += b);
            }
        };
        Arch::new().dispatch(add);
        Ok(y)
    }
}

impl Norm {
    pub fn load(weights: &Weights, name: &str, config: &Config) -> Result<Self, EncoderError> {
        let part = |part: &str| weights.numbers(&format!("{name}.{part}"), &[config.hidden_size]);
        Ok(Self { scale: part("weight")?, shift: part("bias")?, least: config.layer_norm_eps })
    }

    pub fn apply(&self, x: &mut [f32]) {
        let n = self.scale.len() as f32;
        let all = || {
            for row in x.chunks_exact_mut(self.scale.len()) {
                let mean = summed(row, |v| v) / n;
                let spread = summed(row, |v| (v - mean) * (v - mean)) / n;
                let by = 1.0 / (spread + self.least).sqrt();
                for ((v, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                    *v = (*v - mean) * by * scale + shift;
                }
            }
        };
        Arch::new().dispatch(all);
    }
}

/// The sum of what is made of every number: sixteen sums side by side, so that any width of instructions adds up in the same
/// order.
#[inline(always)]
fn summed(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (whole, rest) = row.as_chunks::<16>();
    let mut sums = [0.0f32; 16];
    for part in whole {
        sums.iter_mut().zip(part).for_each(|(sum, v)| *sum += of(*v));
    }
    sums.iter().sum::<f32>() + rest.iter().map(|v| of(*v)).sum::<f32>()
}

fn sum(mut x: Vec<f32>, y: &[f32]) -> Vec<f32> {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
    x
}

/// x·Φ(x) (Hendrycks & Gimpel 2016), Φ by a polynomial (Abramowitz & Stegun 1964, 7.1.26) to about 1.5e-7.
fn gelu(x: &mut [f32]) {
    let all = || {
        for v in x {
            let z = v.abs() * std::f32::consts::FRAC_1_SQRT_2;
            let t = 1.0 / (1.0 + 0.327_591_1 * z);
            let series =
                t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
            let tail = 0.5 * series * exp(-z * z);
            *v *= if *v < 0.0 { tail } else { 1.0 - tail };
        }
    };
    Arch::new().dispatch(all);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_that_of_the_book() {
        let mut x = [-3.0, -1.0, -0.1, 0.0, 0.5, 1.0, 2.0, 8.0];
        gelu(&mut x);
        let want = [-0.004_049_7, -0.158_655_26, -0.046_017_2, 0.0, 0.345_731_23, 0.841_344_7, 1.954_499_7, 8.0];
        for (x, want) in x.iter().zip(want) {
            assert!((x - want).abs() < 1e-6, "{x} is not {want}");
        }
    }

    #[test]
    fn a_row_is_normalised() {
        let norm = Norm { scale: vec![1.0, 2.0], shift: vec![0.0, 1.0], least: 0.0 };
        let mut x = [1.0, 3.0, 5.0, 5.0];
        norm.apply(&mut x[..2]);
        assert_eq!(x[..2], [-1.0, 3.0]);
    }
}
