using System.Text.Json;

namespace AgentChain.Simulation.Tests.External;

/// <summary>DistServe's fitted times of a model on A100 80 GB, in milliseconds, for one degree of tensor parallelism.</summary>
/// <param name="Prefill">Start, each token of the prompts, each squared token of a prompt.</param>
/// <param name="Few">A decoding step of few sequences: start, each token of context, each sequence.</param>
/// <param name="Many">A decoding step of many sequences.</param>
/// <param name="Threshold">The number of sequences from which they are many.</param>
sealed record FittedCosts(double[] Prefill, double[] Few, double[] Many, int Threshold)
{
    public static FittedCosts Read(string path, string model, int parallelism)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement costs = file.RootElement.GetProperty(model).GetProperty(parallelism.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new(
            Terms("prefill"), Terms("decoding_smallbs"), Terms("decoding_largebs"), costs.GetProperty("decoding_large_small_bs_threshold").GetInt32());

        double[] Terms(string name) => [.. costs.GetProperty(name).EnumerateArray().Select(term => term.GetDouble())];
    }

    public TimeSpan Of(BatchStep step)
    {
        double[] decode = step.Sequences < Threshold ? Few : Many;
        return TimeSpan.FromMilliseconds(step.Prompts > 0
            ? Prefill[0] + (Prefill[1] * step.PromptTokens) + (Prefill[2] * step.SquaredPromptTokens)
            : decode[0] + (decode[1] * step.ContextTokens) + (decode[2] * step.Sequences));
    }
}
