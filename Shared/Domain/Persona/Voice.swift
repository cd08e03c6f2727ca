/// The voices of the Realtime API. Its beta does not accept `marin` and `cedar`.
public enum Voice: String, CaseIterable, Sendable {
    case alloy, ash, ballad, coral, echo, sage, shimmer, verse, marin, cedar
}
