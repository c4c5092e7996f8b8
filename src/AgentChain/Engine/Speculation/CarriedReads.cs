using AgentChain.Blocks;

namespace AgentChain.Engine.Speculation;

/// <summary>The carried values that a block has read, on which its work depends besides the input.</summary>
sealed class CarriedReads
{
    List<Read>? _reads;

    public void Add<T>(TurnKey<T> key, T? value) => (_reads ??= []).Add(new Read<T>(key, value));

    /// <summary>Whether the block would have read the same values from other baggage.</summary>
    public bool AreSame(Baggage? baggage) => _reads is null || _reads.TrueForAll(read => read.IsSame(baggage));

    abstract class Read
    {
        public abstract bool IsSame(Baggage? baggage);
    }

    sealed class Read<T>(TurnKey<T> key, T? value) : Read
    {
        public override bool IsSame(Baggage? baggage) =>
            EqualityComparer<T>.Default.Equals(value, baggage is null ? default : baggage.Find(key));
    }
}
