/// Limits of what a very short conversation can prove. From the third turn on, the personas' rubrics say what it is
/// worth.
public enum ShortTalk {
    /// Maximum score of any category, by the number of the trainee's turns.
    public static let caps = [1: 20, 2: 40]
    /// With a customer who must not be served: asking and refusing takes two turns, and more are no better.
    public static let refusalCaps = [1: 20]

    public static func caps(of persona: Persona) -> [Int: Int] {
        persona.mustNotBeServed == true ? refusalCaps : caps
    }
}
