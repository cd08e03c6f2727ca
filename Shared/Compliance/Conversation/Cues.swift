/// Phrases that reveal the steps of a sale in one language.
struct Cues: Sendable {
    let greeting: Grammar.Phrases
    let ageQuestion: Grammar.Phrases
    /// Phrases that look like a question about the age but are not.
    let notAgeQuestion: Grammar.Phrases
    /// Questions about what the customer uses, likes and misses.
    let needsQuestion: Grammar.Phrases
    /// Questions whose answer is not yes or no.
    let openQuestion: Grammar.Phrases
    /// A product is offered or praised.
    let pitch: Grammar.Phrases
    /// The customer is asked to take something in the hand.
    let offerInHand: Grammar.Phrases
    /// Where a product's name only says where the trainee works: `from the glo counter`.
    let nameTag: Grammar.Phrases
}
