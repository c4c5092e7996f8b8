namespace AgentChain.Blocks.Redaction;

/// <summary>The check digit of card numbers (ISO/IEC 7812-1, annex B).</summary>
static class Luhn
{
    public static bool Passes(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            int doubled = digit * 2;
            sum += i % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
        }

        return sum > 0 && sum % 10 == 0;
    }
}
