//! The example of sessions on workerd. What a session is, is tested natively; here it is what the
//! platform has a part in: random numbers, the clock, expiry, the URL of a request, the log.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::http::Answer;
use crate::worker::Running;

struct Site<'a> {
    running: &'a Running,
    /// Who logs in. Tests run at once, so whoever logs out everywhere is nobody else.
    user: &'static str,
}

impl Site<'_> {
    fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer> {
        self.running.client.ask(method, path, headers, body.as_bytes())
    }

    /// From a page of the site.
    fn ask_as(&self, cookie: &str, method: &str, path: &str) -> Result<Answer> {
        let origin = self.running.server.url();
        self.ask(method, path, &[("origin", origin), ("cookie", cookie)], "")
    }

    fn log_in(&self, remember: bool) -> Result<String> {
        let (user, password) = (self.user, format!("password-of-{}", self.user));
        let body = json!({ "user": user, "password": password, "remember": remember });
        let origin = ("origin", self.running.server.url());
        let headers = [origin, ("content-type", "application/json")];
        let answer = self.ask("POST", "/login", &headers, &body.to_string())?;
        ensure!(answer.status == 204, "{}", answer.describe());
        let set = answer.header("set-cookie").context("no cookie")?;
        let (cookie, attributes) = set.split_once("; ").context("no attributes")?;
        let age = if remember { "; Max-Age=7776000" } else { "" };
        let expected = format!("Path=/; Secure; HttpOnly; SameSite=Lax{age}");
        ensure!(attributes == expected, "{attributes}");
        let id =
            cookie.strip_prefix(&format!("__Host-session={user}.")).context("another cookie")?;
        ensure!(id.len() == 64, "{cookie}");
        Ok(cookie.to_owned())
    }

    fn is_in(&self, cookie: &str) -> Result<bool> {
        let me = self.ask_as(cookie, "GET", "/me")?;
        ensure!(matches!(me.status, 200 | 401), "{}", me.describe());
        ensure!(me.header("cache-control") == Some("no-store"), "{}", me.describe());
        Ok(me.status == 200)
    }
}

pub(crate) fn a_session_begins_and_ends(running: &Running) -> Result<()> {
    let site = Site { running, user: "bob" };
    let (one, other) = (site.log_in(false)?, site.log_in(true)?);
    ensure!(one != other && site.is_in(&one)? && site.is_in(&other)?);
    let sessions = site.ask_as(&one, "GET", "/sessions")?.json()?;
    let sessions = sessions.as_array().context("no list")?;
    ensure!(sessions.len() >= 2, "{sessions:?}");
    ensure!(sessions.iter().filter(|session| session["current"] == true).count() == 1);
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_secs();
    let is_now = |session: &serde_json::Value| {
        session["since"].as_u64().is_some_and(|since| since.abs_diff(now) < 600)
    };
    ensure!(sessions.iter().all(is_now), "{sessions:?}");

    ensure!(site.ask_as(&one, "POST", "/logout")?.status == 204);
    ensure!(!site.is_in(&one)? && site.is_in(&other)?);
    ensure!(site.ask_as(&other, "POST", "/logout-everywhere")?.status == 204);
    ensure!(!site.is_in(&other)?);
    let again = site.log_in(false)?;
    ensure!(site.is_in(&again)?);
    Ok(())
}

pub(crate) fn another_origin_changes_nothing(running: &Running) -> Result<()> {
    let site = Site { running, user: "ada" };
    let cookie = site.log_in(false)?;
    for origin in [&[][..], &[("origin", "https://evil.example")], &[("origin", "null")]] {
        let headers = [origin, &[("cookie", &*cookie)]].concat();
        let refused = site.ask("POST", "/logout-everywhere", &headers, "")?;
        ensure!(refused.status == 403, "{}", refused.describe());
    }
    ensure!(site.is_in(&cookie)?);
    Ok(())
}

/// Neither the listing of the namespace nor the log has what logs in.
pub(crate) fn nothing_outside_the_cookie_logs_in(running: &Running) -> Result<()> {
    let site = Site { running, user: "ada" };
    let cookie = site.log_in(false)?;
    ensure!(site.is_in(&cookie)?);
    let (_, id) = cookie.split_once('.').context("no id")?;
    let is_told = |text: &str| text.contains(r#""resource":"sessions","verb":"get_many""#);
    ensure!(running.server.prints(is_told), "no operation was told");
    let printed = running.server.output_of_interest();
    ensure!(!printed.contains(id) && !printed.contains("sessions/ada"), "{printed}");
    let listed = site.ask_as(&cookie, "GET", "/sessions")?.json()?.to_string();
    ensure!(!listed.contains(id), "{listed}");
    Ok(())
}
