namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Normalizes text for synthesis: converts written numbers, money, times, dates, units, addresses and abbreviations to spoken
/// English.</summary>
/// <remarks>
/// Money is read as dollars and cents, or as "one point five million dollars". Numbers of up to three digits, with thousands separators, or
/// with a unit or a plural noun after them are read as cardinals without "and"; four digits from 1900 to 2099 as a year, unless a word
/// such as
/// "account" or "code" is in front; other long numbers (account, card and phone numbers) digit by digit; "9 am" as "nine a m"; "3-5" as
/// "three
/// to five". Digits of any script are read. Punctuation and the case of other words are unchanged, so that a voice can pause and a lexicon
/// can look words up. Takes any text, in time proportional to its length. Culture-invariant; thread-safe.
/// </remarks>
public static class TextNormalizer
{
    /// <summary>Converts written forms to words.</summary>
    /// <param name="text">The text as a person or a language model writes it: "Your balance is $49.99."</param>
    /// <returns>The text without digits: "Your balance is forty nine dollars and ninety nine cents."</returns>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Each rule leaves words that no later rule takes for numbers. Rules that need more context come first.
        text = WrittenCharacters.Simplify(text);
        text = WrittenAddress.Speak(text);
        text = WrittenAbbreviation.Speak(text);
        text = RomanNumerals.Speak(text);
        text = WrittenDate.Speak(text);
        text = WrittenTime.Speak(text);
        text = WrittenMoney.Speak(text);
        text = WrittenPhone.Speak(text);
        text = WrittenQuantity.Speak(text);
        text = WrittenInteger.Speak(text);
        return WrittenSymbol.Speak(text);
    }
}
