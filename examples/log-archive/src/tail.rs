//! Taking in what the platform tells of other Workers: those that name this one in `tail_consumers`.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::prelude::*;
use worker::Env;

use crate::app::App;
use crate::event::Event;

/// The handler of that name. The `worker` crate has no event for it, but worker-build makes a method of the
/// Worker of every function that is exported.
///
/// # Errors
///
/// Those of storage. The platform does not send the traces again.
#[wasm_bindgen(this)]
pub async fn tail(this: JsValue, traces: Array) -> Result<(), JsError> {
    let env: Env =
        Reflect::get(&this, &"env".into()).map_err(|_| JsError::new("no env"))?.unchecked_into();
    archive(&env, &traces).await.map_err(|error| {
        worker::console_error!("{error}");
        JsError::new(&error.to_string())
    })
}

async fn archive(env: &Env, traces: &Array) -> storage::Result<()> {
    let app = App::open(env)?;
    let events = traces.iter().filter_map(|trace| {
        let json: String = JSON::stringify(&trace).ok()?.into();
        Event::parse(json.as_bytes()).ok()
    });
    app.archive().append(events.map(|Event { time, json }| (time, json))).await?;
    Ok(())
}
