using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Language;

/// <summary>Reads the <c>search</c> of a <c>genai_config.json</c>.</summary>
static class GenerationDefaults
{
    const double Most = 1e9;

    // A model that asks for one of these would answer differently here. The value in each line has no effect.
    static readonly (string Field, double Off)[] Unsupported =
        [("num_beams", 1), ("num_return_sequences", 1), ("no_repeat_ngram_size", 0), ("min_length", 0), ("diversity_penalty", 0)];

    public static GenerationOptions Read(JsonCursor search)
    {
        foreach ((string field, double off) in Unsupported)
        {
            if (search.Number(field, off, -Most, Most) != off)
            {
                throw search.Field(field).Wrong(FormattableString.Invariant($"changes how tokens are chosen, which is not supported. Set it to {off}."));
            }
        }

        // The ranges apply only where the value is used, but it is a number in any case.
        bool sampled = search.Flag("do_sample");
        double temperature = Number(search, "temperature", 1, sampled, 0, 100), top = Number(search, "top_p", 1, sampled, 0, 1);
        int topK = search.Integer("top_k", 0, sampled ? 0 : int.MinValue, int.MaxValue);
        return new GenerationOptions
        {
            Temperature = sampled ? (float)temperature : 0,
            TopK = sampled ? topK : 0,

            // In this format, 0 turns it off as well.
            TopP = sampled && (float)top > 0 ? (float)top : 1,
            RepetitionPenalty = (float)search.Number("repetition_penalty", 1, 0.01, 100),
        };
    }

    static double Number(JsonCursor search, string name, double otherwise, bool used, double least, double most) =>
        search.Number(name, otherwise, used ? least : -Most, used ? most : Most);
}
