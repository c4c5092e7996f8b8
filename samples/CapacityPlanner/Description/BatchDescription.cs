namespace CapacityPlanner.Description;

/// <summary>The steps of a device that works in batches: the terms of their times in milliseconds, and what fits into one.</summary>
sealed record BatchDescription
{
    /// <summary>The time of a step that reads prompts, without their tokens.</summary>
    public double PromptMs { get; set; }

    public double PerPromptTokenMs { get; set; }

    /// <summary>The time for each square of a prompt's tokens, as attention takes it.</summary>
    public double PerSquaredPromptTokenMs { get; set; }

    /// <summary>The time of a step that produces a token of each sequence, without the sequences.</summary>
    public double StepMs { get; set; }

    public double PerSequenceMs { get; set; }

    /// <summary>The time for each token that the sequences look back on.</summary>
    public double PerContextTokenMs { get; set; }

    public int MaxBatch { get; set; } = int.MaxValue;

    public int MaxPromptTokens { get; set; } = int.MaxValue;

    public int MaxCachedTokens { get; set; } = int.MaxValue;
}
