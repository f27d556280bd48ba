//! The web part, embedded.
use axum::body::Body;
use axum::http::{StatusCode, Uri, header};
use axum::response::Response;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// What is said where the web part was not built before the program.
const NOT_BUILT: &str = "The web part is not in this program. `cargo xtask demo` builds both.\n";

/// A file of the web part; any path without a dot is the page itself.
pub(crate) async fn serve(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let name = if path.is_empty() || !path.contains('.') { "index.html" } else { path };
    match Dist::get(name) {
        Some(file) => {
            // Names under assets/ carry a hash of their content; the others may change with the program.
            let age = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
            respond(StatusCode::OK, content_type(name), age, Body::from(file.data.into_owned()))
        }
        None if name == "index.html" => {
            respond(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "no-cache", Body::from(NOT_BUILT))
        }
        None => respond(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "no-cache", Body::from("not found\n")),
    }
}

fn respond(status: StatusCode, content_type: &str, age: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, age)] {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
