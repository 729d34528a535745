//! Which request a call is made for.

use serde_json::json;

use super::*;
use crate::observe::{TraceId, with_trace};

/// Notes for which requests it is opened.
#[derive(Default)]
struct Noted(Mutex<Vec<Option<TraceId>>>);

impl Shelf for Noted {
    fn open(&self, _: &mut Wanted) -> Result<()> {
        self.0.lock().unwrap().push(TraceId::current());
        Ok(())
    }
}

#[tokio::test]
async fn a_call_takes_the_id_of_its_request_along() {
    let props = json!({ "user-assets": { "kind": "bucket", "verbs": ["read", "list"] } });
    let to = Held::<Assets, Sessions>::new().reached(Some(&props));
    let assets = to.assets::<Assets>(SERVICE);
    let head = assets.head("a").into_future();
    assert_eq!(with_trace(TraceId::new("one"), head).await.unwrap(), None);
    assert_eq!(assets.head("a").await.unwrap(), None);

    // Elsewhere, where nothing but the message tells of it.
    let (noted, grants) = (Noted::default(), serve::grants(Some(&props.to_string())));
    for head in to.0.heads() {
        serve::answer(&noted, &grants, head, CallBody::Nothing).await;
    }
    assert_eq!(*noted.0.lock().unwrap(), [TraceId::new("one"), None]);
}
