//! What a session keeps, whoever it is of: the cookie's side of it is tower-sessions'.

use crate::account::store::sessions;
use crate::error::AppError;
use http::request::Parts;
use leptos::prelude::use_context;
use serde::Serialize;
use tower_sessions::Session;

/// Under which name a session keeps whose it was, or is half.
pub const WHOSE: &str = "whose";
/// The same for somebody who is half signed in.
pub const HALF: &str = "halfway";

pub async fn session() -> Result<Session, AppError> {
    leptos_axum::extract::<Session>().await.map_err(AppError::internal)
}

/// Whether this request has come as far as the layer of sessions. What is refused before it has
/// none, and its page asks nobody's name.
pub fn is_known() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.extensions.get::<Session>().is_some())
}

/// The subject of the member of staff whose session ended here, or who is half signed in.
pub async fn whose() -> Result<Option<String>, AppError> {
    get(WHOSE).await
}

/// Under which name this session is stored.
pub async fn name() -> Result<Option<String>, AppError> {
    Ok(session().await?.id().map(|id| sessions::name_of(&id)))
}

/// Ends this session on the server.
pub async fn end() -> Result<(), AppError> {
    session().await?.flush().await.map_err(AppError::from)
}

/// Something else that this session knows.
pub async fn get<T: serde::de::DeserializeOwned>(key: &str) -> Result<Option<T>, AppError> {
    session().await?.get(key).await.map_err(AppError::from)
}

pub async fn put<T: Serialize>(key: &str, value: T) -> Result<(), AppError> {
    session().await?.insert(key, value).await.map_err(AppError::from)
}

pub async fn forget(key: &str) -> Result<(), AppError> {
    session().await?.remove_value(key).await.map(drop).map_err(AppError::from)
}
