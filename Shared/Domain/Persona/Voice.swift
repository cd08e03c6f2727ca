/// The voices of the Realtime API. `marin` and `cedar` are not known to its beta.
public enum Voice: String, CaseIterable, Sendable {
    case alloy, ash, ballad, coral, echo, sage, shimmer, verse, marin, cedar
}
