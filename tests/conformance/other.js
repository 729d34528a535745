// A Worker that is no storage Worker.
export default {
  fetch() {
    return new Response("another Worker");
  },
};
