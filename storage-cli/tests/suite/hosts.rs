//! Where signed URLs lead, and where a wrangler file has the Worker answer.

use storage_cli::wrangler::{Format, update};

use crate::support::{SIGNED, WORKER, manifest};

/// The warnings of a file that say something of signed URLs.
fn warnings(section: &str, text: &str, env: Option<&str>) -> Vec<String> {
    let update = update("file", Format::Toml, Some(text.as_bytes()), &manifest(section), env);
    let all = update.unwrap().warnings;
    all.into_iter().filter(|warning| warning.contains("signed URL")).collect()
}

#[test]
fn links_that_lead_elsewhere_are_worth_a_warning() {
    let public = |host: &str| {
        WORKER
            .replace(r#""public_host":"files.example.com""#, &format!(r#""public_host":"{host}""#))
    };
    assert_eq!(warnings(WORKER, "", None), [""; 0]);
    let cdn = public("cdn.example.com");
    let expected = "signed URLs of the field `assets` lead to `files.example.com`, and this storage Worker answers at \
                    `cdn.example.com`\n\
                    help: `public_host = \"files.example.com\"`, or `signed_urls(.., host = \"cdn.example.com\")`";
    assert_eq!(warnings(&cdn, "", None), [expected]);
    let others = cdn.replace(
        r#""host":"files.example.com","#,
        r#""host":"files.example.com","other_hosts":["cdn.example.com"],"#,
    );
    assert_eq!(warnings(&others, "", None), [""; 0]);
    // It has a route there, whatever the code says.
    assert_eq!(warnings(&cdn, "routes = ['files.example.com/*']\n", None), [""; 0]);
}

#[test]
fn routes_to_which_no_link_leads_are_worth_a_warning() {
    let routes = "routes = [{ pattern = 'cdn.example.com', custom_domain = true }, \
                  'https://files.example.com/*', '*.example.org/*']\n";
    let expected = "`routes` has `cdn.example.com`, and no signed URL leads there: this storage Worker answers all \
                    else with 404\nhelp: remove it, if it is left of another `public_host`";
    assert_eq!(warnings(WORKER, routes, None), [expected]);
    assert_eq!(warnings(SIGNED, routes, None), [""; 0], "an app answers what it likes");
    let anywhere = WORKER.replace(r#""host":"files.example.com","#, "");
    assert_eq!(warnings(&anywhere, routes, None), [""; 0]);
}

#[test]
fn links_of_an_environment_that_lead_to_production_are_worth_a_warning() {
    let expected = "once deployed, signed URLs of `staging` lead to `files.example.com`, as those of production do, \
                    which refuses them\nhelp: say where `staging` answers:\n\
                    [env.staging.vars]\nSTORAGE_SIGNED_URLS_ORIGIN = \"https://<host>\"";
    let staging = |section: &str, text: &str| {
        let file = format!("[env.staging]\nroutes = []\n{text}");
        warnings(section, &file, Some("staging"))
    };
    for section in [WORKER, SIGNED] {
        assert_eq!(staging(section, ""), [expected]);
        let origin =
            "[env.staging.vars]\nSTORAGE_SIGNED_URLS_ORIGIN = 'https://staging.example.com'\n";
        assert_eq!(staging(section, origin), [""; 0]);
        assert_eq!(
            staging(section, "secrets.required = ['STORAGE_SIGNED_URLS_ORIGIN']\n"),
            [""; 0]
        );
        assert_eq!(staging(&section.replace(r#""host":"files.example.com","#, ""), ""), [""; 0]);
    }
}
