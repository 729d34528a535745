//! Conditional reads and writes.

use std::time::{Duration, SystemTime};

use futures_util::future::join_all;

use crate::bucket::{Conditions, Etags, Get, GetOptions, PutOptions};
use crate::conformance::{Checked, Stores, equal, refused, there, unless_refused};
use crate::{ErrorKind, backend};

case!(GET_ETAG, "bucket/a read can depend on the etag", get_etag);

async fn get_etag(Stores { bucket, .. }: Stores) -> Checked {
    let etag = bucket.put("if-etag", "x").await?.etag().to_owned();
    let get = || bucket.get("if-etag");
    equal("matches", there("get", get().if_etag_matches(&etag).await?)?.text().await?, "x")?;
    refused("another etag", get().if_etag_matches("other").await, ErrorKind::PreconditionFailed)?;
    let unchanged = get().if_etag_does_not_match(&etag).await;
    refused("unchanged", unchanged, ErrorKind::PreconditionFailed)?;
    equal("changed", get().if_etag_does_not_match("other").await?.is_some(), true)?;
    for text in [&format!("\"{etag}\""), "W/\"a\""] {
        refused("quotes", get().if_etag_matches(text).await, ErrorKind::InvalidOption)?;
        refused("quotes", get().if_etag_does_not_match(text).await, ErrorKind::InvalidOption)?;
    }
    for text in ["*", ""] {
        let matches = get().if_etag_matches(text).await;
        refused("a text that is no etag", matches, ErrorKind::PreconditionFailed)?;
        equal("differs from it", get().if_etag_does_not_match(text).await?.is_some(), true)?;
    }
    let missing = bucket.get("if-etag-missing").if_etag_matches(&etag).await?;
    equal("a miss is a miss", missing.is_none(), true)
}

case!(GET_ETAGS, "bucket/a read can depend on several etags", get_etags);

async fn get_etags(Stores { bucket, .. }: Stores) -> Checked {
    let etag = bucket.put("if-etags", "x").await?.etag().to_owned();
    let get = |matches: Option<Vec<&str>>, differs: Option<Vec<&str>>| {
        let some = |etags: Vec<&str>| Etags::OneOf(etags.into_iter().map(str::to_owned).collect());
        let mut options = GetOptions::default();
        options.conditions.etag_matches = matches.map(some);
        options.conditions.etag_does_not_match = differs.map(some);
        holds(bucket.get("if-etags").options(options))
    };
    equal("one of two", get(Some(vec!["other", &etag]), None).await?, true)?;
    equal("none of two", get(Some(vec!["a", "b"]), None).await?, false)?;
    equal("none", get(Some(vec![]), None).await?, false)?;
    equal("differs from one of two", get(None, Some(vec!["other", &etag])).await?, false)?;
    equal("differs from two", get(None, Some(vec!["a", "b"])).await?, true)?;
    equal("differs from none", get(None, Some(vec![])).await?, true)
}

case!(GET_ANY, "bucket/a read can depend on there being any object", get_any);

async fn get_any(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("if-any", "x").await?;
    let mut is_there = GetOptions::default();
    is_there.conditions.etag_matches = Some(Etags::Any);
    equal("is there", holds(bucket.get("if-any").options(is_there.clone())).await?, true)?;
    let mut is_not = GetOptions::default();
    is_not.conditions.etag_does_not_match = Some(Etags::Any);
    equal("is not there", holds(bucket.get("if-any").options(is_not)).await?, false)?;
    let missing = bucket.get("if-any-missing").options(is_there).await?;
    equal("a miss is a miss", missing.is_none(), true)
}

case!(GET_TIME, "bucket/a read can depend on the time of the write", get_time);

async fn get_time(Stores { bucket, .. }: Stores) -> Checked {
    let time = bucket.put("if-time", "x").await?.uploaded();
    let hour = Duration::from_secs(3600);
    let get = || bucket.get("if-time");
    equal("after", get().if_uploaded_after(time - hour).await?.is_some(), true)?;
    equal("before", get().if_uploaded_before(time + hour).await?.is_some(), true)?;
    let year_2500 = SystemTime::UNIX_EPOCH + Duration::from_secs(16_725_225_600);
    equal("long before", get().if_uploaded_before(year_2500).await?.is_some(), true)?;
    for at in [time, time + hour, year_2500] {
        refused("not after", get().if_uploaded_after(at).await, ErrorKind::PreconditionFailed)?;
    }
    for at in [time, time - hour] {
        refused("not before", get().if_uploaded_before(at).await, ErrorKind::PreconditionFailed)?;
    }
    Ok(())
}

case!(WHOLE_SECONDS, "bucket/times can be compared as HTTP's dates are", whole_seconds);

async fn whole_seconds(Stores { bucket, .. }: Stores) -> Checked {
    let time = bucket.put("whole-seconds", "x").await?.uploaded();
    let second = backend::whole_seconds(time);
    let get = |whole_seconds, after: SystemTime| {
        let mut options = GetOptions::default();
        options.conditions.uploaded_after = Some(after);
        options.conditions.whole_seconds = whole_seconds;
        holds(bucket.get("whole-seconds").options(options))
    };
    equal("in the second of the write", get(true, second).await?, false)?;
    equal("in the one before", get(true, second - Duration::from_secs(1)).await?, true)?;
    equal("to the millisecond", get(false, second).await?, time > second)
}

case!(
    PUT_ETAG,
    "bucket/a write can depend on the etag, and changes nothing if it is another",
    put_etag
);

async fn put_etag(Stores { bucket, .. }: Stores) -> Checked {
    let first = bucket.put("put-if", "first").await?;
    let put = |text: &'static str| bucket.put("put-if", text);
    for other in ["x", "*", ""] {
        refused("another", put("no").if_etag_matches(other).await, ErrorKind::PreconditionFailed)?;
    }
    let quoted = format!("\"{}\"", first.etag());
    refused("quotes", put("no").if_etag_matches(quoted).await, ErrorKind::InvalidOption)?;
    let second = put("second").if_etag_matches(first.etag()).await?;
    let stale = put("third").if_etag_matches(first.etag()).await;
    refused("stale", stale, ErrorKind::PreconditionFailed)?;
    let early = put("early").if_uploaded_before(second.uploaded()).await;
    refused("written since", early, ErrorKind::PreconditionFailed)?;
    let object = there("get", bucket.get("put-if").await?)?;
    equal("info", object.info(), &second)?;
    equal("body", object.text().await?, "second")?;
    let missing = bucket.put("put-if-missing", "x").if_etag_matches(second.etag()).await;
    refused("missing", missing, ErrorKind::PreconditionFailed)?;
    equal("nothing is written", bucket.head("put-if-missing").await?, None)
}

case!(PUT_OTHERS, "bucket/a write can depend on an absence, and on a time", put_others);

async fn put_others(Stores { bucket, .. }: Stores) -> Checked {
    let (key, hour) = ("put-others", Duration::from_secs(3600));
    bucket.delete(key).await?;
    let written = bucket.put(key, "1").if_uploaded_before(backend::now()).await?;
    let (etag, time) = (written.etag().to_owned(), written.uploaded());
    let put = |set: &dyn Fn(&mut Conditions)| {
        let mut options = PutOptions::default();
        set(&mut options.conditions);
        bucket.put(key, "1").options(options)
    };
    let one = |etag: &str| Some(Etags::OneOf(vec![etag.to_owned()]));
    put(&|only_if| only_if.etag_matches = Some(Etags::Any)).await?;
    put(&|only_if| only_if.etag_does_not_match = one("other")).await?;
    put(&|only_if| only_if.uploaded_after = Some(time - hour)).await?;
    put(&|only_if| only_if.uploaded_before = Some(time + hour)).await?;
    let same = put(&|only_if| only_if.etag_does_not_match = one(&etag)).await;
    refused("the same", same, ErrorKind::PreconditionFailed)?;
    let early = put(&|only_if| only_if.uploaded_after = Some(time + hour)).await;
    refused("not after", early, ErrorKind::PreconditionFailed)?;
    bucket.delete(key).await?;
    let missing = put(&|only_if| only_if.etag_matches = Some(Etags::Any)).await;
    refused("missing", missing, ErrorKind::PreconditionFailed)?;
    put(&|only_if| only_if.etag_does_not_match = one(&etag)).await.map(drop)?;
    Ok(())
}

case!(PUT_ETAGS, "bucket/a write can depend on several etags", put_etags);

async fn put_etags(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("put-etags", "first").await?;
    let put = |text, etags: [&str; 2]| {
        let mut options = PutOptions::default();
        let etags = etags.map(str::to_owned).into();
        options.conditions.etag_matches = Some(Etags::OneOf(etags));
        bucket.put("put-etags", text).options(options)
    };
    unless_refused("several etags", put("second", ["other", written.etag()]).await)?;
    let stale = put("third", ["other", written.etag()]).await;
    refused("neither", stale, ErrorKind::PreconditionFailed)?;
    equal("text", there("get", bucket.get("put-etags").await?)?.text().await?, "second")
}

case!(PUT_RACE, "bucket/of many concurrent changes of one state exactly one succeeds", put_race);

async fn put_race(Stores { bucket, .. }: Stores) -> Checked {
    let etag = bucket.put("put-race", "start").await?.etag().to_owned();
    let changes = (0..20).map(|i| {
        let put = bucket.put("put-race", format!("{i}")).if_etag_matches(&etag);
        async move { put.await }
    });
    let results = join_all(changes).await;
    let succeeded = results.iter().filter(|result| result.is_ok()).count();
    equal("succeeded", succeeded, 1)?;
    for result in results.into_iter().filter(Result::is_err) {
        refused("loser", result, ErrorKind::PreconditionFailed)?;
    }
    Ok(())
}

/// Whether the conditions of a read hold.
async fn holds(get: Get) -> Checked<bool> {
    match get.await {
        Ok(found) => there("object", found).map(|_| true),
        Err(error) if error.kind() == ErrorKind::PreconditionFailed => Ok(false),
        Err(error) => Err(error.into()),
    }
}
