//! All that the typesetter may see: the layout, the bulletin and the fonts of the program.
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};

const LAYOUT: &str = include_str!("bulletin.typ");

/// Libertinus Serif for text and DejaVu Sans Mono for hashes: both have Latin and Cyrillic letters.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let wanted = |font: &Font| ["Libertinus Serif", "DejaVu Sans Mono"].contains(&font.info().family.as_str());
    typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).filter(wanted).collect()
});

pub(crate) struct World {
    standard: LazyHash<Library>,
    book: LazyHash<FontBook>,
    layout: Source,
    bulletin: (FileId, Bytes),
}

impl World {
    pub(crate) fn new(json: Vec<u8>) -> Self {
        Self {
            standard: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(FONTS.iter())),
            layout: Source::new(file("bulletin.typ"), LAYOUT.to_owned()),
            bulletin: (file("bulletin.json"), Bytes::new(json)),
        }
    }
}

fn file(name: &str) -> FileId {
    #[allow(clippy::expect_used, reason = "both names are constants of this file")]
    let path = VirtualPath::new(name).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.standard
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.layout.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.layout.id() { Ok(self.layout.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.bulletin.0 { Ok(self.bulletin.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
