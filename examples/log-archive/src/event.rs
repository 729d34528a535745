//! One log line.

use std::time::SystemTime;

use serde::Deserialize;
use serde::de::Error;
use serde_json::value::RawValue;
use storage::archive;

/// A line as it came: any JSON object. It is kept as it is, and nothing but its time is looked at.
pub(crate) struct Event {
    /// When it happened.
    pub(crate) time: SystemTime,
    /// All of it.
    pub(crate) json: Box<RawValue>,
}

impl Event {
    /// Reads a line. Its time is in `time`, or in `eventTimestamp`, as traces of the platform have it, in
    /// milliseconds since 1970; without one, it is of now.
    ///
    /// # Errors
    ///
    /// If it is no JSON object, or its time is no number of milliseconds.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Stamp {
            time: Option<u64>,
            #[serde(rename = "eventTimestamp")]
            event_timestamp: Option<u64>,
        }
        let json: Box<RawValue> = serde_json::from_slice(line)?;
        if !json.get().starts_with('{') {
            return Err(Error::custom("a log is a JSON object"));
        }
        let Stamp { time, event_timestamp } = serde_json::from_str(json.get())?;
        let time = time.or(event_timestamp);
        Ok(Self { time: time.map_or_else(archive::now, archive::at_millis), json })
    }
}
