//! Why something is not taken: the rule that it breaks, and what was found.

/// A refusal by the rules of a module.
macro_rules! refused {
    ($(#[$doc:meta])* $rule:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Refused {
            /// The rule.
            pub rule: $rule,
            /// What was found, and what was expected.
            pub message: String,
        }

        impl Refused {
            /// A refusal by a rule.
            #[must_use]
            pub fn new(rule: $rule, message: impl Into<String>) -> Self {
                Self { rule, message: message.into() }
            }
        }

        impl std::fmt::Display for Refused {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{} [{}]", self.message, self.rule.name())
            }
        }

        impl std::error::Error for Refused {}
    };
}

pub(crate) use refused;
