//! Rotations that are killed, and that have company.

use std::future::{IntoFuture as _, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::hooked::{Call, Hooked};
use super::{rings, run, under};
use crate::Bucket;
use crate::declare::Handle as _;
use crate::encryption::tests::{Account, Vault, read};

/// Lets others go first, once.
async fn step() {
    let mut stepped = false;
    poll_fn(|context| {
        if std::mem::replace(&mut stepped, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn hooked(account: &Account, hook: impl Fn(Call) + Send + Sync + 'static) -> Account {
    let hook = Arc::new(move |call: Call| {
        hook(call);
        step().boxed()
    });
    let bucket = Hooked { bucket: account.bucket.clone(), hook };
    Account { bucket: bucket.into(), ..account.clone() }
}

#[tokio::test]
async fn a_rotation_that_is_killed_at_any_step_is_done_by_the_next() {
    let keys = ["a", "b", "c", "d", "e"];
    for steps in 0.. {
        let [before, during, after] = rings();
        let vault = Bucket::<Vault>::connect(&before).unwrap();
        for key in keys {
            vault.put(key, vec![9; 20_000]).metadata("by", key).await.unwrap();
        }
        let vault = Bucket::<Vault>::connect(&hooked(&during, |_| ())).unwrap();
        let mut rotation = vault.rotate().into_future();
        let mut ended = false;
        for _ in 0..steps {
            let polled = poll_fn(|context| Poll::Ready(rotation.poll_unpin(context))).await;
            ended = polled.is_ready();
            if ended {
                break;
            }
        }
        drop(rotation);
        // Whatever was done, everything reads.
        let vault = Bucket::<Vault>::connect(&during).unwrap();
        for key in keys {
            assert_eq!(read(&vault, key).await.unwrap(), vec![9; 20_000], "{key}, {steps} steps");
        }
        let (done, _) = run(|| vault.rotate()).await;
        assert_eq!((done.entries(), done.keys), (5, under(&[("new", 5)])), "{steps} steps");
        let vault = Bucket::<Vault>::connect(&after).unwrap();
        for key in keys {
            assert_eq!(read(&vault, key).await.unwrap(), vec![9; 20_000], "{key}, {steps} steps");
            assert_eq!(vault.head(key).await.unwrap().unwrap().metadata()["by"], key);
        }
        if ended {
            assert!(steps > 8, "it was killed at {steps} steps only");
            return;
        }
    }
}

#[tokio::test]
async fn a_write_in_between_wins_wherever_it_falls() {
    // Before each call that the rotation makes of the object, and after it.
    for at in 0.. {
        let [before, during, after] = rings();
        let old = Bucket::<Vault>::connect(&before).unwrap();
        old.put("a", "first").await.unwrap();
        let writer = Bucket::<Vault>::connect(&during).unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let account = hooked(&during, move |call| {
            if call != Call::List && counted.fetch_add(1, Ordering::Relaxed) == at {
                // In memory a write is done when it is polled once.
                let written = writer.put("a", "second").into_future().now_or_never();
                written.expect("memory does not wait").unwrap();
            }
        });
        let vault = Bucket::<Vault>::connect(&account).unwrap();
        let (done, _) = run(|| vault.rotate()).await;
        assert_eq!(done.entries(), 1);
        let was_written = calls.load(Ordering::Relaxed) > at;
        let vault = Bucket::<Vault>::connect(&after).unwrap();
        let expected = if was_written { "second" } else { "first" };
        assert_eq!(read(&vault, "a").await.unwrap(), expected, "a write at call {at}");
        if !was_written {
            assert!(at > 6, "there were {at} calls only");
            return;
        }
    }
}

#[tokio::test]
async fn what_is_deleted_in_between_stays_deleted() {
    for at in 0.. {
        let [before, during, _] = rings();
        let old = Bucket::<Vault>::connect(&before).unwrap();
        old.put("a", "first").await.unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let other = old.clone();
        let account = hooked(&during, move |_| {
            if counted.fetch_add(1, Ordering::Relaxed) == at {
                let deleted = other.delete("a").into_future().now_or_never();
                deleted.expect("memory does not wait").unwrap();
            }
        });
        let vault = Bucket::<Vault>::connect(&account).unwrap();
        run(|| vault.rotate()).await;
        let was_deleted = calls.load(Ordering::Relaxed) > at;
        assert_eq!(vault.head("a").await.unwrap().is_none(), was_deleted, "at call {at}");
        if !was_deleted {
            return;
        }
    }
}

#[tokio::test]
async fn several_rotations_and_writers_lose_nothing() {
    let [before, during, after] = rings();
    let old = Bucket::<Vault>::connect(&before).unwrap();
    let keys: Vec<_> = (0..20).map(|number| format!("{number:02}")).collect();
    for key in &keys {
        old.put(key, "0").await.unwrap();
    }
    let account = hooked(&during, |_| ());
    let vault = Bucket::<Vault>::connect(&account).unwrap();
    let rotations = async { join_all((0..4).map(|_| run(|| vault.rotate().limit(7)))).await };
    let writers = join_all(keys.iter().enumerate().map(|(number, key)| {
        let vault = &vault;
        async move {
            for _ in 0..number {
                step().await;
            }
            for round in 1..=5 {
                vault.put(key, round.to_string()).await.unwrap();
            }
        }
    }));
    tokio::join!(rotations, writers);
    run(|| vault.rotate()).await;
    let vault = Bucket::<Vault>::connect(&after).unwrap();
    for key in &keys {
        assert_eq!(read(&vault, key).await.unwrap(), "5", "the last write of {key}");
    }
}
