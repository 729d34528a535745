//! Work that wakes other work while it is being done, in requests that axum answers.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use futures_util::FutureExt as _;
use futures_util::future::join;
use storage::observe::{TraceId, with_trace};
use worker::send::SendFuture;
use worker::wasm_bindgen_futures::spawn_local;

use crate::App;

pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/woken/shared", get(shared))
        .route("/woken/by/{whom}", get(by))
        .with_state(app)
}

/// One read that two wait for: it wakes both, and has a lock meanwhile.
async fn shared(State(app): State<App>) -> String {
    let head = async move { app.bucket.head("woken").await.is_ok() }.boxed().shared();
    let (first, second) = join(head.clone(), head).await;
    format!("{first} {second}")
}

/// Work elsewhere wakes this, in whatever scope it is.
async fn by(State(app): State<App>, Path(whom): Path<String>) -> String {
    let flag = Flag::default();
    let raise = {
        let flag = flag.clone();
        async move { flag.raise() }
    };
    match &*whom {
        "batch" => spawn_local(async move {
            storage::batch((SendFuture::new(raise),)).await;
        }),
        "trace" => spawn_local(with_trace(TraceId::new("another"), raise)),
        _ => spawn_local(raise),
    }
    flag.raised().await;
    let trace = TraceId::current().map(|trace| trace.to_string());
    let found = app.bucket.head("woken").await.is_ok();
    format!("{} {found}", trace.as_deref().unwrap_or("none"))
}

#[derive(Clone, Default)]
struct Flag(Arc<Mutex<(bool, Option<Waker>)>>);

impl Flag {
    fn raise(&self) {
        let waker = {
            let mut flag = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            flag.0 = true;
            flag.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    async fn raised(&self) {
        poll_fn(|context| {
            let mut flag = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if flag.0 {
                return Poll::Ready(());
            }
            flag.1 = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
