//! As much of protobuf and of ONNX's messages as a graph takes to be written (onnx.proto, IR version 9).

/// A message in the writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message(Vec<u8>);

const VARINT: u64 = 0;
const BYTES: u64 = 2;

impl Message {
    /// Its bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn tag(&mut self, field: u64, wire: u64) {
        self.varint(field << 3 | wire);
    }

    /// A whole number.
    #[must_use]
    pub fn int(mut self, field: u64, number: i64) -> Self {
        self.tag(field, VARINT);
        self.varint(number.cast_unsigned());
        self
    }

    /// A text or bytes.
    #[must_use]
    pub fn bytes(mut self, field: u64, bytes: impl AsRef<[u8]>) -> Self {
        self.tag(field, BYTES);
        self.varint(bytes.as_ref().len() as u64);
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    /// A message within.
    #[must_use]
    pub fn message(self, field: u64, within: Self) -> Self {
        self.bytes(field, within.0)
    }

    /// One message after the other in a field that repeats.
    #[must_use]
    pub fn messages(self, field: u64, within: impl IntoIterator<Item = Self>) -> Self {
        within.into_iter().fold(self, |message, within| message.message(field, within))
    }

    /// One text after the other in a field that repeats.
    #[must_use]
    pub fn texts<S: AsRef<str>>(self, field: u64, texts: impl IntoIterator<Item = S>) -> Self {
        texts.into_iter().fold(self, |message, text| message.bytes(field, text.as_ref()))
    }

    /// One whole number after the other in a field that repeats.
    #[must_use]
    pub fn ints(self, field: u64, numbers: impl IntoIterator<Item = i64>) -> Self {
        numbers.into_iter().fold(self, |message, number| message.int(field, number))
    }
}

/// The types of elements, as ONNX numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// f32.
    Float = 1,
    /// i64.
    Int64 = 7,
    /// UTF-8.
    Text = 8,
    /// Truth.
    Bool = 9,
    /// f64.
    Double = 11,
}

/// What an operator is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute<'a> {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Texts.
    Texts(Vec<&'a str>),
}

impl Attribute<'_> {
    /// AttributeProto.
    pub fn message(&self, name: &str) -> Message {
        let message = Message::default().bytes(1, name);
        match self {
            Self::Int(number) => message.int(3, *number).int(20, 2),
            Self::Text(text) => message.bytes(4, text).int(20, 3),
            Self::Ints(numbers) => message.ints(8, numbers.iter().copied()).int(20, 7),
            Self::Texts(texts) => message.texts(9, texts).int(20, 8),
        }
    }
}

/// A constant: TensorProto.
pub fn tensor(name: &str, element: Element, dims: &[usize], raw: &[u8]) -> Message {
    dimensions(name, element, dims).bytes(9, raw)
}

/// A constant of texts.
pub fn texts<S: AsRef<str>>(name: &str, dims: &[usize], texts: &[S]) -> Message {
    dimensions(name, Element::Text, dims).texts(6, texts)
}

fn dimensions(name: &str, element: Element, dims: &[usize]) -> Message {
    Message::default().ints(1, dims.iter().map(|n| *n as i64)).int(2, element as i64).bytes(8, name)
}

/// A size of an input or an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size<'a> {
    /// Whatever it is called.
    Any(&'a str),
    /// So many.
    Of(usize),
}

/// An input or an output: ValueInfoProto.
pub fn value(name: &str, element: Element, sizes: &[Size<'_>]) -> Message {
    let size = |size: &Size<'_>| match size {
        Size::Any(name) => Message::default().bytes(2, name),
        Size::Of(n) => Message::default().int(1, *n as i64),
    };
    let shape = Message::default().messages(1, sizes.iter().map(size));
    let tensor = Message::default().int(1, element as i64).message(2, shape);
    Message::default().bytes(1, name).message(2, Message::default().message(1, tensor))
}

/// A word with its value: StringStringEntryProto.
pub fn entry(key: &str, value: &str) -> Message {
    Message::default().bytes(1, key).bytes(2, value)
}

/// A set of operators: OperatorSetIdProto.
pub fn operators(domain: &str, version: i64) -> Message {
    Message::default().bytes(1, domain).int(2, version)
}
