using AgentChain.Blocks;

namespace AgentChain.Engine.Speculation;

/// <summary>What a block has read of the values carried along, and so rests on beside its input.</summary>
sealed class CarriedReads
{
    List<Read>? _reads;

    public void Add<T>(TurnKey<T> key, T? value) => (_reads ??= []).Add(new Read<T>(key, value));

    /// <summary>Whether the block would have read the same among other carried values.</summary>
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
