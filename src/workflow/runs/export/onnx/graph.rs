//! A graph of operators in the making.

use super::proto::{Attribute, Element, Message, Size, entry, operators, tensor, texts, value};

/// The operators that there are beside ONNX's own: those of onnxruntime.
pub const ONNXRUNTIME: &str = "com.microsoft";
/// ONNX's own for classical models.
const CLASSICAL: &str = "ai.onnx.ml";

/// What is computed: the name of a tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor(String);

/// Nodes in the order in which they are computed, with their constants.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Message>,
    constants: Vec<Message>,
    inputs: Vec<Message>,
    outputs: Vec<Message>,
}

impl Graph {
    fn name(&self, what: &str) -> Tensor {
        Tensor(format!("{what}-{}", self.nodes.len() + self.constants.len()))
    }

    /// What is given from outside.
    pub fn input(&mut self, name: &str, element: Element, sizes: &[Size<'_>]) -> Tensor {
        self.inputs.push(value(name, element, sizes));
        Tensor(name.to_owned())
    }

    /// Gives a tensor out under a name.
    pub fn output(&mut self, name: &str, element: Element, sizes: &[Size<'_>], of: &Tensor) {
        self.outputs.push(value(name, element, sizes));
        self.nodes.push(node("", "Identity", &[of], name, &[]));
    }

    /// Numbers of single precision.
    pub fn floats(&mut self, what: &str, dims: &[usize], numbers: &[f32]) -> Tensor {
        let name = self.name(what);
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constants.push(tensor(&name.0, Element::Float, dims, &raw));
        name
    }

    /// One number of single precision.
    pub fn float(&mut self, number: f32) -> Tensor {
        self.floats("number", &[], &[number])
    }

    /// Numbers.
    pub fn doubles(&mut self, what: &str, dims: &[usize], numbers: &[f64]) -> Tensor {
        let name = self.name(what);
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constants.push(tensor(&name.0, Element::Double, dims, &raw));
        name
    }

    /// One number.
    pub fn number(&mut self, number: f64) -> Tensor {
        self.doubles("number", &[], &[number])
    }

    /// Whole numbers in a row.
    pub fn ints(&mut self, what: &str, numbers: &[i64]) -> Tensor {
        let name = self.name(what);
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constants.push(tensor(&name.0, Element::Int64, &[numbers.len()], &raw));
        name
    }

    /// Texts in a row.
    pub fn texts<S: AsRef<str>>(&mut self, what: &str, of: &[S]) -> Tensor {
        let name = self.name(what);
        self.constants.push(texts(&name.0, &[of.len()], of));
        name
    }

    /// What an operator of ONNX makes of some tensors.
    pub fn apply(&mut self, operator: &str, of: &[&Tensor], told: &[(&str, Attribute<'_>)]) -> Tensor {
        self.apply_of("", operator, of, told)
    }

    /// The same of an operator of another set.
    pub fn apply_of(&mut self, set: &str, operator: &str, of: &[&Tensor], told: &[(&str, Attribute<'_>)]) -> Tensor {
        let name = self.name(operator);
        self.nodes.push(node(set, operator, of, &name.0, told));
        name
    }

    /// The same in another type of element.
    pub fn cast(&mut self, of: &Tensor, to: Element) -> Tensor {
        self.apply("Cast", &[of], &[("to", Attribute::Int(to as i64))])
    }

    /// The model's bytes, with what is told of it.
    pub fn finish(self, name: &str, about: &str, told: &[(&str, String)]) -> Vec<u8> {
        let graph = Message::default()
            .messages(1, self.nodes)
            .bytes(2, name)
            .messages(5, self.constants)
            .bytes(10, about)
            .messages(11, self.inputs)
            .messages(12, self.outputs);
        Message::default()
            .int(1, 9)
            .bytes(2, "karat")
            .bytes(3, env!("CARGO_PKG_VERSION"))
            .bytes(6, about)
            .message(7, graph)
            .messages(8, [operators("", 20), operators(CLASSICAL, 1), operators(ONNXRUNTIME, 1)])
            .messages(14, told.iter().map(|(key, value)| entry(key, value)))
            .into_bytes()
    }
}

/// NodeProto.
fn node(set: &str, operator: &str, of: &[&Tensor], to: &str, told: &[(&str, Attribute<'_>)]) -> Message {
    Message::default()
        .texts(1, of.iter().map(|tensor| &tensor.0))
        .bytes(2, to)
        .bytes(3, to)
        .bytes(4, operator)
        .messages(5, told.iter().map(|(name, attribute)| attribute.message(name)))
        .bytes(7, set)
}
