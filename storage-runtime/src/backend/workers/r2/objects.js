// What R2 says of objects, as JSON: in one call from wasm, in place of one for every field and one for its name.

/**
 * @param {R2Object} object
 * @returns {string}
 */
export function objectJson(object) {
  return JSON.stringify(fields(object));
}

/**
 * @param {R2Object[]} objects
 * @returns {string}
 */
export function objectsJson(objects) {
  return JSON.stringify(objects.map(fields));
}

/** In the order in which `Told` in object.rs has them. */
function fields(object) {
  const { key, size, etag, version, uploaded, storageClass, httpMetadata, customMetadata } = object;
  const http = httpMetadata && httpFields(httpMetadata);
  return [key, size, etag, version, millis(uploaded), storageClass, http, customMetadata];
}

function httpFields(metadata) {
  const { contentType, contentLanguage, contentDisposition, contentEncoding } = metadata;
  const { cacheControl, cacheExpiry } = metadata;
  const expires = cacheExpiry && millis(cacheExpiry);
  return [contentType, contentLanguage, contentDisposition, contentEncoding, cacheControl, expires];
}

/** Since 1970: what was before is then. */
function millis(date) {
  return Math.max(0, +date);
}
