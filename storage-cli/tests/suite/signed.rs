//! What signed URLs, R2's S3 interface and rules of buckets ask of the wrangler file and of local runs.

use storage_cli::wrangler::{Format, Update, update};

use crate::support::{self, Folder, SIGNED};

const ACCOUNT: &str = "[vars]\nR2_ACCOUNT_ID = \"0f2ac74b498b48021cb68387c421e279\"\n";
const HEAD: &str = "name = \"media-api\"\nmain = \"m\"\ncompatibility_date = \"2026-11-01\"\n";

fn toml(rest: &str, env: Option<&str>) -> Result<Update, String> {
    let text = format!("{HEAD}{rest}");
    let manifest = support::manifest(SIGNED);
    update("wrangler.toml", Format::Toml, Some(text.as_bytes()), &manifest, env)
        .map_err(|refusal| refusal.to_string())
}

#[test]
fn the_account_is_asked_for_and_never_invented() {
    let asks =
        |update: &Update| update.advice.iter().any(|advice| advice.contains("R2_ACCOUNT_ID"));
    let without = toml("", None).unwrap();
    assert!(!without.text.contains("R2_ACCOUNT_ID"), "{}", without.text);
    let advice = "URLs that lead to R2 itself are signed for the account that `R2_ACCOUNT_ID` in `vars` \
                  names, and the file has none: add\n  [vars]\n  R2_ACCOUNT_ID = \"<the id of the account>\"";
    assert!(without.advice.iter().any(|found| found == advice), "{:?}", without.advice);
    assert!(!asks(&toml(ACCOUNT, None).unwrap()));
    assert!(!asks(&toml("[secrets]\nrequired = [\"R2_ACCOUNT_ID\"]\n", None).unwrap()));

    // An environment inherits no variables.
    let staging = toml(ACCOUNT, Some("staging")).unwrap();
    let advice = "\n  [env.staging.vars]\n  R2_ACCOUNT_ID = ";
    assert!(staging.advice.iter().any(|found| found.contains(advice)), "{:?}", staging.advice);
}

#[test]
fn the_names_of_the_access_key_are_taken_by_nothing_else() {
    let binding = "[[d1_databases]]\nbinding = \"R2_ACCOUNT_ID\"\n";
    let refusal = toml(binding, None).unwrap_err();
    assert!(
        refusal.contains("`R2_ACCOUNT_ID` is `d1_databases[0]` here, and the variable"),
        "{refusal}"
    );
    assert!(refusal.contains("field `uploads` of `media-api`"), "{refusal}");

    let refusal = toml("[vars]\nR2_SECRET_ACCESS_KEY = \"abc\"\n", None).unwrap_err();
    assert!(refusal.contains("whoever reads the file can use it"), "{refusal}");
    assert!(refusal.contains("`wrangler secret put R2_SECRET_ACCESS_KEY`"), "{refusal}");
    assert!(refusal.contains("with a new one from the dashboard"), "{refusal}");

    let refusal = toml("[vars]\nLINK_KEYS = \"a:b\"\n", None).unwrap_err();
    assert!(refusal.contains("whoever reads the file can sign URLs"), "{refusal}");
    let refusal = toml("[[d1_databases]]\nbinding = \"LINK_KEYS\"\n", None).unwrap_err();
    assert!(
        refusal.contains("declare another secret: `signed_urls(secret = \"...\")`"),
        "{refusal}"
    );
}

/// A staging Worker that signs for production's bucket is how its files get overwritten.
#[test]
fn urls_of_an_environment_lead_to_its_own_bucket() {
    let staging = toml("", Some("staging")).unwrap();
    let line = "[env.staging.vars]\nSTORAGE_S3_BUCKET_UPLOADS = \"uploads-staging\"\n";
    assert!(staging.text.contains(line), "{}", staging.text);
    assert!(!toml("", None).unwrap().text.contains("STORAGE_S3_BUCKET"));

    let shared = "[[env.staging.r2_buckets]]\nbinding = \"UPLOADS\"\nbucket_name = \"uploads\"\n";
    let shared = toml(shared, Some("staging")).unwrap();
    assert!(!shared.text.contains("STORAGE_S3_BUCKET"), "{}", shared.text);

    let wrong = "[env.staging.vars]\nSTORAGE_S3_BUCKET_UPLOADS = \"uploads\"\n";
    let refusal = toml(wrong, Some("staging")).unwrap_err();
    let help = "help: `uploads-staging` in `env.staging.vars.STORAGE_S3_BUCKET_UPLOADS`";
    assert!(refusal.contains(help), "{refusal}");
}

/// Its bucket is at another host, which the Worker could not tell.
#[test]
fn urls_of_a_jurisdiction_lead_to_its_host() {
    let entry = "binding = \"UPLOADS\"\nbucket_name = \"uploads\"\njurisdiction = \"eu\"\n";
    let own = toml(&format!("[[r2_buckets]]\n{entry}"), None).unwrap();
    assert!(
        own.text.contains("[vars]\nSTORAGE_S3_JURISDICTION_UPLOADS = \"eu\"\n"),
        "{}",
        own.text
    );
    assert!(!toml("", None).unwrap().text.contains("STORAGE_S3_JURISDICTION"));

    let staging = toml(&format!("[[env.staging.r2_buckets]]\n{entry}"), Some("staging")).unwrap();
    let line = "[env.staging.vars]\nSTORAGE_S3_JURISDICTION_UPLOADS = \"eu\"\n";
    assert!(staging.text.contains(line), "{}", staging.text);

    let wrong =
        format!("[vars]\nSTORAGE_S3_JURISDICTION_UPLOADS = \"us\"\n[[r2_buckets]]\n{entry}");
    let refusal = toml(&wrong, None).unwrap_err();
    assert!(refusal.contains("help: `eu` in `vars.STORAGE_S3_JURISDICTION_UPLOADS`"), "{refusal}");
}

#[test]
fn rules_of_a_bucket_are_left_to_apply_or_to_its_owner() {
    let own = toml("", None).unwrap().advice.concat();
    let expected = "`shared-files` itself keeps `infrequent_access_after_days`, `abort_uploads_after_days`, \
                    `cors`, not this file: `cargo storage apply` tells it";
    assert!(own.contains(expected), "{own}");

    let foreign =
        SIGNED.replace("\"signed_urls\"", "\"existing\":\"company-files\",\"signed_urls\"");
    let manifest = support::manifest(&foreign);
    let update = update("wrangler.toml", Format::Toml, None, &manifest, None).unwrap();
    let advice = update.advice.concat();
    assert!(!advice.contains("storage apply"), "{advice}");
    for line in [
        "\n  wrangler r2 bucket lifecycle add company-files storage-infrequent-access-after-30-days \
         --ia-transition-days 30\n",
        "\n  wrangler r2 bucket lifecycle add company-files storage-abort-uploads-after-7-days \
         --abort-multipart-days 7\n",
        "\n  wrangler r2 bucket cors set company-files --file cors.json\n",
    ] {
        assert!(advice.contains(line), "{advice}");
    }
    let policy = advice.split_once("cors.json:\n").map(|(_, rest)| rest).unwrap();
    let end = policy.find("\n}").unwrap() + 2;
    let policy: serde_json::Value = serde_json::from_str(&policy[..end]).unwrap();
    assert_eq!(policy["rules"][0]["allowed"]["origins"][0], "https://app.example.com");
}

#[test]
fn a_local_run_gets_keys_and_the_access_key_that_wrangler_knows() {
    let folder = Folder::new(SIGNED);
    let ran = folder.generate("wrangler.jsonc", &["--dev-vars"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("+ LINK_KEYS  a new key, for this machine alone\n"), "{ran:?}");
    assert!(
        ran.stdout.contains("+ R2_ACCESS_KEY_ID  the access key of `wrangler dev`\n"),
        "{ran:?}"
    );
    let vars = folder.read(".dev.vars");
    assert!(vars.contains("\nLINK_KEYS=local:"), "{vars}");
    let access =
        "\nR2_ACCESS_KEY_ID=local-access-key-id\nR2_SECRET_ACCESS_KEY=local-secret-access-key\n";
    assert!(vars.contains(access), "{vars}");
    let again = folder.generate("wrangler.jsonc", &["--dev-vars"]);
    assert!(again.stdout.contains(".dev.vars is up to date"), "{again:?}");
    assert!(!again.stderr.contains("warning: R2"), "no ring of keys: {again:?}");
}

#[test]
fn an_access_key_of_the_files_own_choice_is_taken_over() {
    let folder = Folder::new(SIGNED);
    folder.generate("wrangler.jsonc", &[]);
    let text = folder.read("wrangler.jsonc");
    let text =
        text.replace("local-access-key-id", "mine").replace("local-secret-access-key", "own");
    folder.write("wrangler.jsonc", &text);
    folder.generate("wrangler.jsonc", &["--dev-vars"]);
    assert_eq!(folder.read("wrangler.jsonc"), text);
    let vars = folder.read(".dev.vars");
    assert!(vars.contains("\nR2_ACCESS_KEY_ID=mine\nR2_SECRET_ACCESS_KEY=own\n"), "{vars}");
}

#[test]
fn before_a_deploy_each_secret_is_set_to_what_it_is_for() {
    let ran = Folder::new(SIGNED).generate("wrangler.jsonc", &[]);
    let keys =
        "to a key from `cargo storage keygen`, and keep a copy:\n  wrangler secret put LINK_KEYS\n";
    assert!(ran.stderr.contains(keys), "{ran:?}");
    let access = "in the dashboard of R2:\n  wrangler secret put R2_ACCESS_KEY_ID\n  wrangler secret put \
                  R2_SECRET_ACCESS_KEY\n";
    assert!(ran.stderr.contains(access), "{ran:?}");
}

#[test]
fn inspect_shows_it_as_it_is_declared() {
    let ran = Folder::new(SIGNED).run(&["inspect", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for words in [
        "cors(headers = [\"content-type\"], max_age_seconds = 3600, methods = [\"GET\", \"PUT\"], origins = \
         [\"https://app.example.com\"])",
        "signed_urls(host = \"files.example.com\", max_age_seconds = 86400, secret = \"LINK_KEYS\")",
        "s3(access_key_id = \"R2_ACCESS_KEY_ID\", account_id = \"R2_ACCOUNT_ID\", secret_access_key = \
         \"R2_SECRET_ACCESS_KEY\")",
        "\n  required secrets: LINK_KEYS, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY\n",
        "\n  variables: R2_ACCOUNT_ID\n",
    ] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }
}

#[test]
fn inspect_prints_a_policy_as_r2_takes_it() {
    let folder = Folder::new(SIGNED);
    let ran = folder.run(&["inspect", "--cors", "shared", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let policy: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let expected = serde_json::json!({ "rules": [{
        "id": "storage-cors",
        "allowed": {
            "origins": ["https://app.example.com"],
            "methods": ["GET", "PUT"],
            "headers": ["content-type"],
        },
        "maxAgeSeconds": 3600,
    }]});
    assert_eq!(policy, expected);
    for (field, words) in [
        ("uploads", "the field `uploads` has no CORS policy\nhelp: declare one"),
        ("nowhere", "no field is called `nowhere`\n"),
    ] {
        let ran = folder.run(&["inspect", "--cors", field, "app.wasm"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(words), "{ran:?}");
    }
}
