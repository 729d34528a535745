//! What can be made at once.

use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{BoxFuture, MaybeDone, join_all, maybe_done, poll_fn};

/// Several requests: a `Vec` of one type, or a tuple of up to 12 of any. Whatever can be awaited is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not several requests",
    label = "not a `Vec` or a tuple of requests",
    note = "help: a tuple has up to 12: `storage::batch((app.assets.head(\"a\"), app.configs.get(\"b\")))`",
    note = "help: of an array make a `Vec`"
)]
pub trait Requests: Sealed {
    /// What comes of them, in their order.
    type Results: 'static;

    /// All of them, at the same time.
    #[doc(hidden)]
    fn all(self) -> BoxFuture<'static, Self::Results>;
}

pub trait Sealed {}

impl<R> Sealed for Vec<R> {}

impl<R> Requests for Vec<R>
where
    R: IntoFuture<IntoFuture: Send + 'static, Output: Send + 'static>,
{
    type Results = Vec<R::Output>;

    fn all(self) -> BoxFuture<'static, Self::Results> {
        Box::pin(join_all(self.into_iter().map(IntoFuture::into_future)))
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name),*> Sealed for ($($name,)*) {}

        impl<$($name),*> Requests for ($($name,)*)
        where
            $($name: IntoFuture<IntoFuture: Send + 'static, Output: Send + 'static>,)*
        {
            type Results = ($($name::Output,)*);

            #[allow(non_snake_case, reason = "a request is called by its type")]
            fn all(self) -> BoxFuture<'static, Self::Results> {
                let ($($name,)*) = self;
                $(let mut $name: Pin<Box<MaybeDone<_>>> =
                    Box::pin(maybe_done($name.into_future()));)*
                Box::pin(poll_fn(move |context| {
                    let mut is_done = true;
                    $(is_done &= $name.as_mut().poll(context).is_ready();)*
                    if !is_done {
                        return Poll::Pending;
                    }
                    match ($($name.as_mut().take_output(),)*) {
                        ($(Some($name),)*) => Poll::Ready(($($name,)*)),
                        _ => Poll::Pending, // polled after its end
                    }
                }))
            }
        }
    )*};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}
