//! URLs that are presigned here, sent to the S3 endpoint of `wrangler dev` by a client that knows
//! nothing of signatures; and what other clients make of the same requests.

use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use storage_core::signing::sigv4::{Credentials, Endpoint, Method, Presigner, Request};
use xtask::repository::Repository;
use xtask::tools::{self, Tools};

use crate::http::{Answer, Client};
use crate::worker::Running;

const BUCKET: &str = "conformance-objects";
const ID: &str = "local";
const SECRET: &str = "local-secret";
/// The smallest part that is not the last one.
const PART: usize = 5 * 1024 * 1024;

/// Keys that are written otherwise in a URL.
const KEYS: &[&str] = &[
    "presigned/a b/\u{fc}+%.txt",
    "presigned/\u{1f600}/a//b",
    "presigned/%2e%2e/!'()*;:@&=+$,?#[]",
    "presigned/...",
    "presigned/a\\b|c\"d<e>f^g`h{i}~",
];

/// The S3 endpoint of a server, as somebody has it who holds the credentials.
struct S3 {
    client: Client,
    presigner: Presigner,
    now: u64,
}

impl S3 {
    fn of(running: &Running) -> Result<Self> {
        let endpoint = format!("{}/cdn-cgi/local/r2/s3", running.server.url());
        Ok(Self {
            client: Client::new(""),
            presigner: Presigner::new(Endpoint::new(&endpoint)?, Credentials::new(ID, SECRET)?),
            now: SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
        })
    }

    fn sign(&self, request: &Request<'_>) -> Result<String> {
        Ok(self.presigner.sign(request, self.now)?)
    }

    /// Signs a request and sends it as it was signed.
    fn send(&self, request: &Request<'_>, body: &[u8]) -> Result<Answer> {
        let method = request.method.as_str();
        self.client.ask(method, &self.sign(request)?, request.headers, body)
    }

    fn put(&self, key: &str, body: &[u8]) -> Result<()> {
        let headers = &[("content-type", "text/plain")];
        let answer = self.send(&Request { headers, ..request(Method::Put, key) }, body)?;
        ensure!(answer.status == 200, "PUT {key:?} answered {}", answer.describe());
        Ok(())
    }
}

fn request(method: Method, key: &str) -> Request<'_> {
    Request::new(method, BUCKET, key, 300)
}

pub(crate) fn an_object_is_written_read_and_deleted(running: &Running) -> Result<()> {
    let s3 = S3::of(running)?;
    let key = "files/presigned.txt";
    s3.put(key, b"by a URL")?;
    running.client.get("/files/presigned.txt")?.is_file("text/plain", b"by a URL")?;

    let answer = running.client.ask("PUT", "/files/presigned.txt", &[], b"by the binding")?;
    ensure!(answer.status == 201, "answered {}", answer.describe());
    let found = s3.send(&request(Method::Get, key), b"")?;
    ensure!(found.status == 200 && found.body == b"by the binding", "{}", found.describe());

    let query = &[
        ("response-content-disposition", "attachment; filename=\"a b.txt\""),
        ("response-content-type", "text/x-other"),
    ];
    // The local endpoint answers, but with the headers that the object has.
    let found = s3.send(&Request { query, ..request(Method::Get, key) }, b"")?;
    ensure!(found.status == 200 && found.body == b"by the binding", "{}", found.describe());

    let head = s3.send(&request(Method::Head, key), b"")?;
    ensure!(head.status == 200, "answered {}", head.describe());
    ensure!(head.header("content-length") == Some("14") && head.body.is_empty());

    let deleted = s3.send(&request(Method::Delete, key), b"")?;
    ensure!(deleted.status == 204, "answered {}", deleted.describe());
    ensure!(s3.send(&request(Method::Get, key), b"")?.status == 404);
    ensure!(running.client.get("/files/presigned.txt")?.status == 404);
    Ok(())
}

pub(crate) fn any_key_is_reached(running: &Running) -> Result<()> {
    let s3 = S3::of(running)?;
    for key in KEYS {
        s3.put(key, key.as_bytes())?;
    }
    for key in KEYS {
        let found = s3.send(&request(Method::Get, key), b"")?;
        found.is_file("text/plain", key.as_bytes()).with_context(|| format!("{key:?}"))?;
    }
    Ok(())
}

pub(crate) fn an_object_is_uploaded_in_parts(running: &Running) -> Result<()> {
    let s3 = S3::of(running)?;
    let key = "files/presigned-parts";
    let begin = || -> Result<String> {
        let query = &[("uploads", "")];
        let answer = s3.send(&Request { query, ..request(Method::Post, key) }, b"")?;
        ensure!(answer.status == 200, "answered {}", answer.describe());
        let text = String::from_utf8(answer.body)?;
        let id = text.split_once("<UploadId>").and_then(|(_, rest)| rest.split_once("</UploadId>"));
        Ok(id.with_context(|| format!("no id in {text}"))?.0.to_owned())
    };
    let id = begin()?;
    let parts = [vec![1; PART], vec![2; 1000]];
    let mut completion = String::from("<CompleteMultipartUpload>");
    for (number, part) in ["1", "2"].into_iter().zip(&parts) {
        let length = part.len().to_string();
        let signed = Request {
            headers: &[("content-length", &length)],
            query: &[("partNumber", number), ("uploadId", &id)],
            ..request(Method::Put, key)
        };
        let answer = s3.client.ask("PUT", &s3.sign(&signed)?, &[], part)?; // it says its length itself
        ensure!(answer.status == 200, "part {number} answered {}", answer.describe());
        let etag = answer.header("etag").context("a part without an etag")?;
        let part = ["<Part><PartNumber>", number, "</PartNumber><ETag>", etag, "</ETag></Part>"];
        completion.extend(part);
    }
    completion += "</CompleteMultipartUpload>";
    let query = &[("uploadId", id.as_str())];
    let complete = Request { query, ..request(Method::Post, key) };
    let answer = s3.send(&complete, completion.as_bytes())?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    let found = running.client.get("/files/presigned-parts")?;
    ensure!(found.status == 200 && found.body == parts.concat(), "other bytes");

    let id = begin()?;
    let abort = Request { query: &[("uploadId", &id)], ..request(Method::Delete, key) };
    let answer = s3.send(&abort, b"")?;
    ensure!(answer.status == 204, "answered {}", answer.describe());
    Ok(())
}

pub(crate) fn what_was_not_signed_is_refused(running: &Running) -> Result<()> {
    let s3 = S3::of(running)?;
    let text = [("content-type", "text/plain")];
    let url = s3.sign(&Request { headers: &text, ..request(Method::Put, "presigned/only") })?;
    let refused = |method, url: &str, headers: &[(&str, &str)]| -> Result<()> {
        let body: &[u8] = if method == "PUT" { b"other" } else { b"" };
        let answer = s3.client.ask(method, url, headers, body)?;
        ensure!(answer.status == 403, "{method} {url} answered {}", answer.describe());
        Ok(())
    };
    for (from, to) in [
        ("presigned/only", "presigned/other"),
        ("X-Amz-Expires=300", "X-Amz-Expires=301"),
        ("X-Amz-SignedHeaders=content-type%3Bhost", "X-Amz-SignedHeaders=host"),
        ("X-Amz-SignedHeaders", "partNumber=1&uploadId=a&X-Amz-SignedHeaders"),
        ("%2Fauto%2F", "%2Fwnam%2F"),
    ] {
        ensure!(url.contains(from), "{from} is not in {url}");
        refused("PUT", &url.replace(from, to), &text)?;
    }
    let (start, last) = url.split_at(url.len() - 1);
    refused("PUT", &format!("{start}{}", if last == "0" { "1" } else { "0" }), &text)?;
    refused("PUT", &url, &[("content-type", "text/html")])?;
    refused("GET", &url, &text)?;
    refused("DELETE", &url, &text)?;

    let other = Presigner::new(s3.presigner.endpoint().clone(), Credentials::new(ID, "other")?);
    refused("GET", &other.sign(&request(Method::Get, "presigned/only"), s3.now)?, &[])?;
    ensure!(s3.send(&request(Method::Get, "presigned/only"), b"")?.status == 404, "it was stored");
    let answer = s3.client.ask("PUT", &url, &text, b"mine")?;
    ensure!(answer.status == 200, "what was signed answered {}", answer.describe());
    Ok(())
}

pub(crate) fn what_has_expired_is_refused(running: &Running) -> Result<()> {
    let s3 = S3::of(running)?;
    s3.put("presigned/expiring", b"still")?;
    let get = |expires_seconds, age| -> Result<u16> {
        let signed = Request { expires_seconds, ..request(Method::Get, "presigned/expiring") };
        let url = s3.presigner.sign(&signed, s3.now - age)?;
        Ok(s3.client.ask("GET", &url, &[], b"")?.status)
    };
    ensure!(get(600, 120)? == 200, "valid for 8 minutes more");
    ensure!(get(60, 120)? == 403, "expired a minute ago");
    ensure!(get(604_800, 604_000)? == 200, "valid for 13 minutes more");
    ensure!(get(604_800, 604_801)? == 403, "expired a second ago");
    Ok(())
}

/// A request as each of the three writes it down.
struct Example<'a> {
    /// Of boto3.
    function: &'a str,
    /// Of the AWS SDK for JavaScript.
    command: &'a str,
    parameters: Value,
    request: Request<'a>,
}

fn examples() -> Vec<Example<'static>> {
    let mut examples: Vec<_> = KEYS
        .iter()
        .map(|&key| {
            example("get_object", "GetObject", json!({ "Key": key }), request(Method::Get, key))
        })
        .collect();
    let key = KEYS.first().copied().unwrap_or_default();
    examples.extend([
        example("head_object", "HeadObject", json!({}), request(Method::Head, key)),
        example("delete_object", "DeleteObject", json!({}), request(Method::Delete, key)),
        example("put_object", "PutObject", json!({}), request(Method::Put, key)),
        example(
            "put_object",
            "PutObject",
            json!({ "ContentType": "image/png" }),
            Request { headers: &[("content-type", "image/png")], ..request(Method::Put, key) },
        ),
        example(
            "get_object",
            "GetObject",
            json!({
                "ResponseContentDisposition": "attachment; filename=\"a \u{20ac}.txt\"",
                "ResponseContentType": "text/plain; charset=utf-8",
            }),
            Request {
                query: &[
                    ("response-content-type", "text/plain; charset=utf-8"),
                    ("response-content-disposition", "attachment; filename=\"a \u{20ac}.txt\""),
                ],
                ..request(Method::Get, key)
            },
        ),
        example(
            "create_multipart_upload",
            "CreateMultipartUpload",
            json!({}),
            Request { query: &[("uploads", "")], ..request(Method::Post, key) },
        ),
        example(
            "upload_part",
            "UploadPart",
            json!({ "PartNumber": 10_000, "UploadId": "a+/=" }),
            Request {
                query: &[("partNumber", "10000"), ("uploadId", "a+/=")],
                ..request(Method::Put, key)
            },
        ),
        example(
            "complete_multipart_upload",
            "CompleteMultipartUpload",
            json!({ "UploadId": "a+/=" }),
            Request { query: &[("uploadId", "a+/=")], ..request(Method::Post, key) },
        ),
        example(
            "abort_multipart_upload",
            "AbortMultipartUpload",
            json!({ "UploadId": "a+/=" }),
            Request { query: &[("uploadId", "a+/=")], ..request(Method::Delete, key) },
        ),
    ]);
    examples
}

fn example<'a>(
    function: &'a str,
    command: &'a str,
    mut parameters: Value,
    request: Request<'a>,
) -> Example<'a> {
    parameters["Bucket"] = request.bucket.into();
    parameters["Key"] = request.key.into();
    Example { function, command, parameters, request }
}

pub(crate) fn other_clients_sign_the_same(running: &Running) -> Result<()> {
    let mut s3 = S3::of(running)?;
    let repository = Repository::open()?;
    for now in [1_369_353_600, 1_795_000_000, 4_107_542_399] {
        s3.now = now;
        let examples = examples();
        let cases: Vec<_> = examples
            .iter()
            .map(|example| {
                let Example { function, command, parameters, request } = example;
                let (command, expires) = (format!("{command}Command"), request.expires_seconds);
                json!({ "function": function, "command": command, "parameters": parameters, "expires": expires })
            })
            .collect();
        let task = s3.task("sign", &Value::Array(cases));
        let python = run(boto3(&repository)?, &task)?;
        let script = run(javascript(&repository)?, &task)?;
        ensure!(python.len() == examples.len() && script.len() == examples.len());
        for ((example, python), script) in examples.iter().zip(&python).zip(&script) {
            let python = python.as_str().context("boto3 gives no text")?;
            let ours = s3.sign(&example.request)?;
            ensure!(parts(&ours) == parts(python), "{}:\n{ours}\n{python}", example.function);

            // It names the operation, says that the payload is not signed, and gives a body a type.
            let script = script.as_str().context("the SDK gives no text")?;
            let mut query = example.request.query.to_vec();
            query.push(("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"));
            if script.contains("x-id=") {
                query.push(("x-id", example.command));
            }
            let mut headers = example.request.headers;
            if headers.is_empty() && script.contains("SignedHeaders=content-type") {
                headers = match example.command {
                    "CompleteMultipartUpload" => &[("content-type", "application/xml")],
                    _ => &[("content-type", "application/octet-stream")],
                };
            }
            let ours = s3.sign(&Request { query: &query, headers, ..example.request })?;
            ensure!(parts(&ours) == parts(script), "{}:\n{ours}\n{script}", example.command);
        }
    }
    Ok(())
}

pub(crate) fn another_client_reads_what_was_written(running: &Running) -> Result<()> {
    let s3 = S3::of(running)?;
    let repository = Repository::open()?;
    let keys = ["presigned/other/a b+%", "presigned/other/\u{fc}/\u{1f600}", "presigned/other//a"];
    for key in keys {
        s3.put(key, key.as_bytes())?;
    }
    let cases = keys.map(|key| json!({ "bucket": BUCKET, "key": key }));
    let found = run(boto3(&repository)?, &s3.task("read", &json!(cases)))?;
    ensure!(found == keys.map(|key| json!(["text/plain", key, key])), "{found:?}");
    Ok(())
}

impl S3 {
    /// What the programs of others are told.
    fn task(&self, what: &str, cases: &Value) -> Value {
        let endpoint = self.presigner.endpoint().as_str();
        json!({ "do": what, "endpoint": endpoint, "id": ID, "secret": SECRET, "now": self.now, "cases": cases })
    }
}

/// The parts of a URL, in an order that does not depend on who made it.
fn parts(url: &str) -> (&str, Vec<String>) {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let with_value = |text: &str| if text.contains('=') { text.into() } else { format!("{text}=") };
    let mut parameters: Vec<_> = query.split('&').map(with_value).collect();
    parameters.sort_unstable();
    (path, parameters)
}

fn boto3(repository: &Repository) -> Result<Command> {
    let mut program = Command::new(tools::python(repository)?);
    program.arg(repository.root().join("tests/e2e/presigned.py"));
    Ok(program)
}

fn javascript(repository: &Repository) -> Result<Command> {
    let mut program = Tools::find(repository)?.command("node");
    program.arg(repository.root().join("tests/e2e/presigned.mjs"));
    program.arg(tools::aws_sdk(repository)?);
    Ok(program)
}

/// Runs a program that reads JSON and prints a list of it.
fn run(mut program: Command, task: &Value) -> Result<Vec<Value>> {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = program.spawn().with_context(|| format!("{program:?}"))?;
    let input = running.stdin.take().context("no input")?;
    serde_json::to_writer(input, task)?;
    let output = running.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program:?}: {said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}
