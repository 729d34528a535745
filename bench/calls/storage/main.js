// The storage Worker, as it was built, with the stub among its bindings.

import Storage from "./build/index.js";
import { withStub } from "../stub.js";

export default new Proxy(Storage, {
  construct: (target, [ctx, env], made) => Reflect.construct(target, [ctx, withStub(env)], made),
});
