//! Texts in order, however many they are. What goes into an index in the order of the index writes
//! each of its pages once. What does not fit into memory waits in temporary files, which are gone
//! with the process.

use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};

/// Bytes of texts that are sorted in memory.
const BYTES: usize = 4 << 20;
/// Texts that are, each of which costs 12 bytes more.
const TEXTS: usize = BYTES / 16;
/// Files that are read side by side.
const FILES: usize = 128;
/// Bytes that are read ahead of each.
const AHEAD: usize = 16 << 10;

/// Takes texts in any order, each with a number.
#[derive(Default)]
pub struct Sorter {
    bytes: Vec<u8>,
    texts: Vec<Text>,
    files: Vec<File>,
}

/// Where in the bytes a text is.
#[derive(Clone, Copy)]
struct Text {
    from: u32,
    length: u32,
    number: u32,
}

impl Text {
    fn of<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let from = self.from as usize;
        &bytes[from..from + self.length as usize]
    }
}

impl Sorter {
    /// # Errors
    /// Where a temporary file cannot be written.
    pub fn push(&mut self, text: &str, number: u32) -> io::Result<()> {
        if self.bytes.len() + text.len() > BYTES || self.texts.len() == TEXTS {
            self.put_aside()?;
        }
        let place = |at: usize| u32::try_from(at).map_err(io::Error::other);
        self.texts.push(Text { from: place(self.bytes.len())?, length: place(text.len())?, number });
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// All that was taken, in the order of their bytes, and of one text in the order of the
    /// numbers.
    ///
    /// # Errors
    /// Where a temporary file cannot be written or read.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        if self.files.is_empty() {
            self.sort();
            return Ok(Sorted(Texts::InMemory { bytes: self.bytes, texts: self.texts.into_iter() }));
        }
        self.put_aside()?;
        merge(self.files)
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.texts.sort_unstable_by(|one, other| (one.of(bytes), one.number).cmp(&(other.of(bytes), other.number)));
    }

    fn put_aside(&mut self) -> io::Result<()> {
        if self.texts.is_empty() {
            return Ok(());
        }
        self.sort();
        let mut out = Output::new()?;
        for text in &self.texts {
            out.put(text.of(&self.bytes), text.number)?;
        }
        self.files.push(out.done()?);
        self.bytes.clear();
        self.texts.clear();
        if self.files.len() == FILES {
            let mut all = merge(std::mem::take(&mut self.files))?;
            let mut out = Output::new()?;
            while let Some((text, number)) = all.next()? {
                out.put(text.as_bytes(), number)?;
            }
            self.files.push(out.done()?);
        }
        Ok(())
    }
}

/// What a [`Sorter`] took, in order.
pub struct Sorted(Texts);

enum Texts {
    InMemory { bytes: Vec<u8>, texts: std::vec::IntoIter<Text> },
    InFiles(BinaryHeap<Input>),
}

impl Sorted {
    /// # Errors
    /// Where a temporary file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<(String, u32)>> {
        let (text, number) = match &mut self.0 {
            Texts::InMemory { bytes, texts } => {
                let Some(text) = texts.next() else { return Ok(None) };
                (text.of(bytes).to_vec(), text.number)
            }
            Texts::InFiles(files) => {
                let Some(mut first) = files.peek_mut() else { return Ok(None) };
                let next = (first.text.clone(), first.number);
                if !first.advance()? {
                    PeekMut::pop(first);
                }
                next
            }
        };
        Ok(Some((String::from_utf8(text).map_err(io::Error::other)?, number)))
    }
}

fn merge(files: Vec<File>) -> io::Result<Sorted> {
    let mut inputs = BinaryHeap::with_capacity(files.len());
    for file in files {
        let mut input = Input { file: BufReader::with_capacity(AHEAD, file), text: Vec::new(), number: 0 };
        if input.advance()? {
            inputs.push(input);
        }
    }
    Ok(Sorted(Texts::InFiles(inputs)))
}

/// A file of texts in order. Of each there is how many bytes it shares with the one before, how
/// many follow, its number, and what follows.
struct Output {
    file: BufWriter<File>,
    before: Vec<u8>,
}

impl Output {
    fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), before: Vec::new() })
    }

    fn put(&mut self, text: &[u8], number: u32) -> io::Result<()> {
        let shared = self.before.iter().zip(text).take(255).take_while(|(a, b)| a == b).count();
        let rest = &text[shared..];
        self.file.write_all(&[u8::try_from(shared).map_err(io::Error::other)?])?;
        self.file.write_all(&u32::try_from(rest.len()).map_err(io::Error::other)?.to_le_bytes())?;
        self.file.write_all(&number.to_le_bytes())?;
        self.file.write_all(rest)?;
        self.before.truncate(shared);
        self.before.extend_from_slice(rest);
        Ok(())
    }

    fn done(self) -> io::Result<File> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}

/// Such a file, at one of its texts.
struct Input {
    file: BufReader<File>,
    text: Vec<u8>,
    number: u32,
}

impl Input {
    /// Goes to the next text; false where there is none.
    fn advance(&mut self) -> io::Result<bool> {
        if self.file.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let (mut shared, mut length, mut number) = ([0; 1], [0; 4], [0; 4]);
        self.file.read_exact(&mut shared)?;
        self.file.read_exact(&mut length)?;
        self.file.read_exact(&mut number)?;
        let shared = usize::from(shared[0]);
        self.text.resize(shared + u32::from_le_bytes(length) as usize, 0);
        self.file.read_exact(&mut self.text[shared..])?;
        self.number = u32::from_le_bytes(number);
        Ok(true)
    }
}

/// The one that comes first is the greatest, for the heap.
impl Ord for Input {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&other.text, other.number).cmp(&(&self.text, self.number))
    }
}

impl PartialOrd for Input {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Input {}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(texts: &[(String, u32)], aside: usize) -> Vec<(String, u32)> {
        let mut sorter = Sorter::default();
        for (n, (text, number)) in texts.iter().enumerate() {
            sorter.push(text, *number).unwrap();
            if n % aside == aside - 1 {
                sorter.put_aside().unwrap();
            }
        }
        let mut sorted = sorter.sorted().unwrap();
        std::iter::from_fn(|| sorted.next().unwrap()).collect()
    }

    #[test]
    fn texts_come_in_order_from_memory_and_from_files() {
        let mixed = |n: u32| n.wrapping_mul(2_654_435_761);
        let mut texts: Vec<(String, u32)> = (0..5_000)
            .map(|n| {
                let long = if n % 100 == 0 { "ü".repeat(mixed(n) as usize % 400) } else { String::new() };
                (format!("{long}{}", mixed(n) % 700), mixed(n + 1) % 5)
            })
            .collect();
        texts.push((String::new(), 7));
        let mut wanted = texts.clone();
        wanted.sort();
        // All in memory; in some files; in more than are read side by side.
        for aside in [10_000, 900, 30] {
            assert!(sorted(&texts, aside) == wanted, "{aside}");
        }
        assert_eq!(sorted(&[], 1), []);
    }

    #[test]
    fn what_does_not_fit_into_memory_is_put_aside() {
        let mut sorter = Sorter::default();
        let long = "x".repeat(BYTES / 4);
        for number in (0..10).rev() {
            sorter.push(&long, number).unwrap();
        }
        assert_eq!(sorter.files.len(), 2);
        assert!(sorter.bytes.capacity() <= BYTES * 2, "memory is bounded");
        let mut sorted = sorter.sorted().unwrap();
        let numbers: Vec<u32> = std::iter::from_fn(|| sorted.next().unwrap()).map(|(_, number)| number).collect();
        assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    }
}
