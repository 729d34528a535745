//! Pages of a bucket.

use std::sync::Arc;

use futures_util::future::{BoxFuture, join_all};
use storage_core::ErrorKind;
use storage_core::crypto::{PREFIX_LEN, sealed_len};
use storage_core::key::BucketKey;
use storage_core::limits::r2::{KEY_BYTES_MAX, PUT_BYTES_MAX};

use super::cursor::Cursor;
use super::{Ask, BYTES_A_PAGE, Found, Job, Outcome, Plain, RotationPage};
use crate::backend::{
    AnyBucket, FoundBody, GetObject, ListObjects, Payload, PutObject, ReadBody, cipher,
};
use crate::bucket::{ByteRange, Conditions, Etags, Include, ObjectInfo};
use crate::encryption::body::whole;
use crate::encryption::metadata::{Bare, KEY_ID};
use crate::encryption::{Cipher, decryption_failed};
use crate::error::{Error, Result};
use crate::{list, write};

/// How many objects are under way at once: each has a read and a write of the six connections of a Worker.
const CONCURRENCY: usize = 3;

pub(crate) struct BucketJob {
    stored: AnyBucket,
    cipher: Arc<Cipher>,
}

impl Job for BucketJob {
    fn page(self: Arc<Self>, ask: Ask) -> BoxFuture<'static, Result<RotationPage>> {
        Box::pin(async move {
            let Ask { prefix, limit, cursor, plain } = ask;
            list::check_place(prefix.as_deref(), None, KEY_BYTES_MAX)?;
            let mut page = RotationPage::default();
            page.prefix.clone_from(&prefix);
            let (listed, mut more) = self.list(prefix, limit, cursor).await?;
            let mut last = None;
            let groups = listed.chunks(CONCURRENCY);
            let mut left = groups.len();
            for group in groups {
                let entries = group.iter().map(|info| self.entry(info, plain));
                for (info, outcome) in group.iter().zip(join_all(entries).await) {
                    outcome.count(info.key(), self.cipher.primary(), &mut page);
                    last = Some(info.key());
                }
                left -= 1;
                if page.bytes >= BYTES_A_PAGE {
                    more |= left > 0;
                    break;
                }
            }
            if let Some(last) = last.filter(|_| more) {
                page.cursor = Some(Cursor::behind(last).write()?);
            }
            Ok(page)
        })
    }
}

impl BucketJob {
    pub(crate) fn new(stored: AnyBucket, cipher: Arc<Cipher>) -> Self {
        Self { stored, cipher }
    }

    /// The objects of a page, and whether there are more behind them.
    async fn list(
        &self,
        prefix: Option<String>,
        limit: u32,
        cursor: Cursor,
    ) -> Result<(Vec<ObjectInfo>, bool)> {
        let mut list = ListObjects {
            prefix,
            limit,
            cursor: None,
            start_after: cursor.behind,
            delimiter: None,
            include: Include::NONE,
        };
        loop {
            let page = self.stored.list(list.clone()).await?;
            // R2 may list nothing and go on nevertheless.
            if page.items.is_empty() && page.cursor.is_some() {
                list.cursor = page.cursor;
                continue;
            }
            return Ok((page.items, page.cursor.is_some()));
        }
    }

    /// Does what there is to do for an object. No error is one of the page.
    async fn entry(&self, listed: &ObjectInfo, plain: Plain) -> Outcome {
        let looked = async {
            let key = BucketKey::new(listed.key().to_owned())?;
            Ok::<_, Error>((self.look(&key, listed.size()).await?, key))
        };
        let (found, key) = match looked.await {
            Ok((Some(found), key)) => (found, key),
            Ok((None, _)) => return Outcome::Gone,
            // It got too short for its beginning to be read.
            Err(error) if error.kind() == ErrorKind::RangeNotSatisfiable => {
                return Outcome::Changed;
            }
            Err(error) => return Outcome::Failed { under: None, error },
        };
        let (info, start) = found;
        let (under, rotated) = match self.found(&info, &start) {
            Found::Unreadable => return Outcome::Unreadable { under: None },
            Found::Plain if plain == Plain::Leave => return Outcome::Plain { under: None },
            Found::Plain => (None, self.rewrite(key, &info.etag, &From::Plain).await),
            Found::Sealed { under, .. } => {
                if self.is_current(&under, &info) {
                    return Outcome::Current;
                }
                let sealed = Cipher::sealed_metadata(&info.metadata);
                if plain == Plain::Leave && self.cipher.is_bare(sealed) {
                    return Outcome::Plain { under: Some(under) };
                }
                (Some(under), self.rewrite(key, &info.etag, &From::Sealed).await)
            }
        };
        match rotated {
            Ok(Some(bytes)) => Outcome::Rotated { bytes },
            Ok(None) => Outcome::Changed,
            Err(error) => Outcome::of(error, under),
        }
    }

    /// What is known of an object, and how it begins; as far as the listing says that it has a beginning.
    async fn look(
        &self,
        key: &BucketKey,
        listed_size: u64,
    ) -> Result<Option<(ObjectInfo, bytes::Bytes)>> {
        if listed_size == 0 {
            let found = self.stored.head(key.clone()).await?;
            return Ok(found.map(|info| (info, bytes::Bytes::new())));
        }
        let get = GetObject {
            key: key.clone(),
            range: Some(ByteRange::new(..PREFIX_LEN as u64)),
            conditions: Conditions::default(),
            customer_key: None,
        };
        let Some(found) = self.stored.get(get).await? else {
            return Ok(None);
        };
        let start = match found.body {
            Some(FoundBody { body, .. }) => body.bytes().await?,
            None => bytes::Bytes::new(),
        };
        Ok(Some((found.info, start)))
    }

    fn found(&self, info: &ObjectInfo, start: &[u8]) -> Found {
        let hint = info.metadata.get(KEY_ID).map(String::as_str);
        let is_noted = hint.is_some() || Cipher::sealed_metadata(&info.metadata).is_some();
        self.cipher.found(&info.key, start, hint, is_noted)
    }

    /// Whether the metadata is under the primary key too, if it is sealed.
    fn is_current(&self, under: &str, info: &ObjectInfo) -> bool {
        let sealed = Cipher::sealed_metadata(&info.metadata);
        let primary = self.cipher.primary();
        under == primary
            && !self.cipher.is_bare(sealed)
            && sealed.is_none_or(|sealed| self.cipher.text_is_of(&info.key, primary, sealed))
    }

    /// Encrypts an object anew, unless it is another by now. How many bytes of plaintext it has.
    async fn rewrite(&self, key: BucketKey, etag: &str, from: &From) -> Result<Option<u64>> {
        let same = Conditions {
            etag_matches: Some(Etags::OneOf(vec![etag.to_owned()])),
            ..Conditions::default()
        };
        let get = GetObject {
            key: key.clone(),
            range: None,
            conditions: same.clone(),
            customer_key: None,
        };
        let found = self.stored.get(get).await?;
        let Some((info, body)) = found.and_then(|found| Some((found.info, found.body?.body)))
        else {
            return Ok(None);
        };
        let (plain, metadata) = match from {
            From::Plain => (body.payload(), info.metadata.clone()),
            From::Sealed => {
                let plain = self.open(&info, body).await?;
                let metadata = info.metadata.clone();
                (plain, self.cipher.open_metadata(key.as_str(), metadata, Bare::Taken).await?)
            }
        };
        let bytes = plain.len();
        if sealed_len(bytes).is_none_or(|len| len > PUT_BYTES_MAX) {
            return Err(write::value_too_large(bytes, PUT_BYTES_MAX)
                .with_detail("R2 has no conditional write of more"));
        }
        let keys = self.cipher.seal(&self.cipher.value(key.as_str()))?;
        let put = PutObject {
            metadata: self.cipher.seal_metadata(key.as_str(), metadata).await?,
            body: cipher::seal(keys, plain).await?,
            key,
            http: info.http,
            checksum: None,
            conditions: same,
            storage_class: Some(info.storage_class),
            customer_key: None,
        };
        Ok(self.stored.put(put).await?.map(|_| bytes))
    }

    /// The plaintext of an object, to be read.
    async fn open(&self, info: &ObjectInfo, body: Box<dyn ReadBody>) -> Result<Payload> {
        let window = whole(info.size)?;
        let (prefix, sealed) = cipher::split(body.payload()).await?;
        match self.found(info, &prefix) {
            Found::Sealed { keys, .. } => Ok(cipher::open(keys, &window, sealed)),
            Found::Unreadable | Found::Plain => Err(decryption_failed()),
        }
    }
}

/// What an object is before it is encrypted anew.
enum From {
    Plain,
    Sealed,
}
