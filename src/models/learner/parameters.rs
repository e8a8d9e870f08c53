//! What a learner can be told: names, meanings, bounds.

use crate::domain::did_you_mean;
use std::ops::RangeInclusive;

/// One setting of a learner.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name: `max_depth`.
    pub name: &'static str,
    /// What it does.
    pub says: &'static str,
    /// The value where nobody says otherwise.
    pub usual: String,
    /// Which values it can have: "a number from 0 to 1".
    pub values: String,
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// No such setting.
    #[error("{learner} has no setting {name:?}: {hint}")]
    Unknown {
        /// The learner.
        learner: String,
        /// What was asked for.
        name: String,
        /// What may have been meant.
        hint: String,
    },
    /// Not a value for it.
    #[error("{name} cannot be {value:?}: it is {values}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What it was to be.
        value: String,
        /// What it can be.
        values: String,
    },
}

impl BadSetting {
    pub(super) fn unknown(learner: &str, name: &str, known: &'static [Parameter]) -> Self {
        let hint = did_you_mean(name, known.iter().map(|p| p.name));
        Self::Unknown { learner: learner.to_owned(), name: name.to_owned(), hint }
    }
}

/// A type of setting.
pub(super) trait Setting: Sized {
    /// What a text means, if anything within these bounds.
    fn read(text: &str, bounds: &RangeInclusive<f64>) -> Option<Self>;
    /// The text that means this.
    fn write(&self) -> String;
    /// Which values there are.
    fn values(bounds: &RangeInclusive<f64>) -> String;
}

fn number(text: &str, bounds: &RangeInclusive<f64>) -> Option<f64> {
    text.trim().parse().ok().filter(|number| bounds.contains(number))
}

impl Setting for f32 {
    fn read(text: &str, bounds: &RangeInclusive<f64>) -> Option<Self> {
        number(text, bounds).map(|number| number as Self)
    }
    fn write(&self) -> String {
        self.to_string()
    }
    fn values(bounds: &RangeInclusive<f64>) -> String {
        format!("a number from {} to {}", bounds.start(), bounds.end())
    }
}

impl Setting for u32 {
    fn read(text: &str, bounds: &RangeInclusive<f64>) -> Option<Self> {
        text.trim().parse::<Self>().ok().filter(|&number| bounds.contains(&f64::from(number)))
    }
    fn write(&self) -> String {
        self.to_string()
    }
    fn values(bounds: &RangeInclusive<f64>) -> String {
        format!("a whole number from {} to {}", bounds.start(), bounds.end())
    }
}

impl Setting for bool {
    fn read(text: &str, _: &RangeInclusive<f64>) -> Option<Self> {
        match text.trim() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        }
    }
    fn write(&self) -> String {
        self.to_string()
    }
    fn values(_: &RangeInclusive<f64>) -> String {
        "true or false".to_owned()
    }
}

/// Chosen by the learner where nobody chooses.
impl<T: Setting> Setting for Option<T> {
    fn read(text: &str, bounds: &RangeInclusive<f64>) -> Option<Self> {
        match text.trim() {
            "auto" => Some(None),
            text => T::read(text, bounds).map(Some),
        }
    }
    fn write(&self) -> String {
        self.as_ref().map_or_else(|| "auto".to_owned(), T::write)
    }
    fn values(bounds: &RangeInclusive<f64>) -> String {
        format!("auto, or {}", T::values(bounds))
    }
}

/// Makes a learner's settings: a struct with its usual values, the list of them and the way to change one.
macro_rules! settings {
    ($(#[$doc:meta])* $name:ident: $kind:literal {
        $(#[doc = $says:literal] $field:ident: $type:ty = $usual:expr, $bounds:expr;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $(#[doc = $says] pub $field: $type,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $usual,)* }
            }
        }

        #[allow(unused_imports, unused_variables, reason = "a learner may have no settings")]
        impl $name {
            fn known() -> &'static [$crate::models::learner::Parameter] {
                use $crate::models::learner::parameters::Setting;
                static KNOWN: std::sync::LazyLock<Vec<$crate::models::learner::Parameter>> =
                    std::sync::LazyLock::new(|| {
                        let usual = $name::default();
                        vec![$($crate::models::learner::Parameter {
                            name: stringify!($field),
                            says: $says.trim_ascii(),
                            usual: usual.$field.write(),
                            values: <$type>::values(&$bounds),
                        }),*]
                    });
                &KNOWN
            }

            fn told(&self) -> Vec<(&'static str, String)> {
                use $crate::models::learner::parameters::Setting;
                vec![$((stringify!($field), self.$field.write())),*]
            }

            fn change(&mut self, name: &str, value: &str) -> Result<(), $crate::models::learner::BadSetting> {
                use $crate::models::learner::{BadSetting, parameters::Setting};
                match name.replace('-', "_").as_str() {
                    $(stringify!($field) => {
                        self.$field = <$type>::read(value, &$bounds).ok_or_else(|| BadSetting::Value {
                            name: stringify!($field),
                            value: value.to_owned(),
                            values: <$type>::values(&$bounds),
                        })?;
                        Ok(())
                    })*
                    _ => Err(BadSetting::unknown($kind, name, Self::known())),
                }
            }
        }
    };
}
pub(super) use settings;

/// The part of [`super::Learner`] that follows from the settings.
macro_rules! told_by_settings {
    ($kind:expr) => {
        fn kind(&self) -> $crate::models::learner::LearnerKind {
            $kind
        }

        fn parameters(&self) -> &'static [$crate::models::learner::Parameter] {
            Self::known()
        }

        fn settings(&self) -> Vec<(&'static str, String)> {
            self.told()
        }

        fn set(&mut self, name: &str, value: &str) -> Result<(), $crate::models::learner::BadSetting> {
            self.change(name, value)
        }
    };
}
pub(super) use told_by_settings;
