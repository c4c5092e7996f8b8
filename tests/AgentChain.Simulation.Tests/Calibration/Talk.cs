using AgentChain.Costs;

namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>A turn of a <see cref="CalibrationStudy"/>, with what was predicted of it.</summary>
/// <param name="arrival">The arrival.</param>
/// <param name="isShared">Whether its lengths drive several blocks.</param>
sealed class Talk(Arrival arrival, bool isShared)
{
    readonly List<double> _inside = [];

    public Arrival Arrival => arrival;

    /// <summary>The features of the input of each of the study's blocks: speech, a question, a prompt with its answer, a text.</summary>
    public IReadOnlyList<CostFeatures> Features { get; } =
    [
        new() { AudioSeconds = 1 + (Length(1, arrival.InputTokens, arrival, isShared) / 200.0) },
        default,
        new() { Tokens = arrival.InputTokens, OutputTokens = arrival.OutputTokens },
        new() { Tokens = Length(2, arrival.OutputTokens, arrival, isShared) },
    ];

    /// <summary>The median time that a block takes.</summary>
    public int Microseconds(int block) => (int)(1000 * block switch
    {
        0 => 30 + (12 * Features[0].AudioSeconds),
        1 => 120,
        2 => 40 + (0.1 * Features[2].Tokens) + (1.5 * Features[2].OutputTokens),
        _ => 25 + (0.8 * Features[3].Tokens),
    });

    public TimeSpan Limit { get; init; }

    /// <summary>The predicted probability that the turn is on time, before its start; null if nothing was predicted yet.</summary>
    public double? AtStart { get; init; }

    /// <summary>The same predicted after each block but the last, from the time that was left.</summary>
    public IReadOnlyList<double> Inside => _inside;

    /// <summary>Whether the last block has ended in time.</summary>
    public bool HasEnded { get; private set; }

    public Talk Ended(int block)
    {
        HasEnded = block == TalkChain.Names.Count - 1;
        return this;
    }

    public void Predict(double probability) => _inside.Add(probability);

    static double Length(int block, int shared, Arrival arrival, bool isShared) =>
        isShared ? shared : 20 + (100 * Math.Exp(RandomKey.Of(block).Fold(arrival.Row).Normal()));
}
