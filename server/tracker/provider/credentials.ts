/** The states of all credentials that workspaces use. Workspaces with the same credential share its state. */
import { CredentialState } from "./credential_state.ts";

/** A credential with the workspaces that use it. */
export interface SharedCredential {
  /** As `credentialOf` names it; `null` for one that is not known, which no two workspaces share. */
  readonly name: string | null;
  readonly state: CredentialState;
  readonly workspaces: Set<string>;
}

/** Tells a workspace that another one has changed the state of a credential that both use. */
type Notify = (workspace_id: string) => void;

/** A credential is kept as long as a workspace uses it. The number for each workspace is bounded there. */
export class Credentials {
  readonly #byName = new Map<string, SharedCredential>();
  readonly #random: () => number;
  /** Those with new reports that not all of their workspaces know of. */
  readonly #observed = new Set<SharedCredential>();

  /** Grows with each change: what was decided at another number is out of date. */
  version = 0;

  /** @param random gives 0 to 1, for back-off. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Receives each workspace that is concerned by a stop that another one has met or ended. */
  onStop: Notify = () => {};

  /** The credential, if a workspace uses it. */
  find(name: string | null): SharedCredential | undefined {
    return name === null ? undefined : this.#byName.get(name);
  }

  /** Adds a workspace to those that use the credential. */
  join(name: string | null, workspace_id: string): SharedCredential {
    const known = this.find(name);
    const joined = known ?? { name, state: new CredentialState(this.#random), workspaces: new Set<string>() };
    joined.workspaces.add(workspace_id);
    if (name !== null && !known) this.#byName.set(name, joined);
    return joined;
  }

  /** Removes a workspace; the credential too, if no other one uses it. */
  leave(credential: SharedCredential, workspace_id: string): void {
    credential.workspaces.delete(workspace_id);
    if (credential.workspaces.size > 0) return;
    this.#observed.delete(credential);
    if (credential.name !== null) this.#byName.delete(credential.name);
  }

  /** Notifies the other workspaces of a stop that has begun or ended. */
  stopChanged({ workspaces }: SharedCredential, by: string): void {
    this.version++;
    for (const workspace_id of workspaces) if (workspace_id !== by) this.onStop(workspace_id);
  }

  /** Notes that the provider's count has changed. */
  observed(credential: SharedCredential): void {
    this.version++;
    if (credential.workspaces.size > 1) this.#observed.add(credential);
  }

  /** Passes on the workspaces whose provider's count has changed since the last call. Call it once a second. */
  tick(notify: Notify): void {
    for (const { workspaces } of this.#observed) workspaces.forEach((workspace_id) => notify(workspace_id));
    this.#observed.clear();
  }
}
