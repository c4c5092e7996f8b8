using System.Globalization;
using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;

namespace AgentChain.Building;

public sealed partial class ChainBuilder<TIn, TOut>
{
    /// <summary>Runs two branches side by side on the same value and joins their results.</summary>
    /// <typeparam name="TLeft">What the first branch returns.</typeparam>
    /// <typeparam name="TRight">What the second branch returns.</typeparam>
    /// <typeparam name="TNext">What the join returns.</typeparam>
    /// <param name="name">The join's name, unique in the chain.</param>
    /// <param name="left">Adds the first branch's blocks.</param>
    /// <param name="right">Adds the second branch's blocks.</param>
    /// <param name="join">Joins the value and the two results; synchronous and cheap.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks>
    /// A branch of synchronous blocks alone runs in place before the next begins; give its first block <c>Queued()</c> if that matters.
    /// </remarks>
    public ChainBuilder<TIn, TNext> Parallel<TLeft, TRight, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TLeft>> left,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TRight>> right,
        Func<TOut, TLeft, TRight, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, TwoSides<TLeft, TRight>, TNext> all = (value, in sides) => join(value, sides.First.Value, sides.Second.Value);
        return Join<TwoSides<TLeft, TRight>, TNext>(
            name,
            null,
            [
                Branch(name, "left", left, static (ref sides, side) => sides.First = side, all),
                Branch(name, "right", right, static (ref sides, side) => sides.Second = side, all),
            ]);
    }

    /// <summary>Runs three branches side by side on the same value and joins their results.</summary>
    /// <typeparam name="TFirst">What the first branch returns.</typeparam>
    /// <typeparam name="TSecond">What the second branch returns.</typeparam>
    /// <typeparam name="TThird">What the third branch returns.</typeparam>
    /// <typeparam name="TNext">What the join returns.</typeparam>
    /// <param name="name">The join's name, unique in the chain.</param>
    /// <param name="first">Adds the first branch's blocks.</param>
    /// <param name="second">Adds the second branch's blocks.</param>
    /// <param name="third">Adds the third branch's blocks.</param>
    /// <param name="join">Joins the value and the three results; synchronous and cheap.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks><inheritdoc cref="Parallel{TLeft, TRight, TNext}" path="/remarks"/></remarks>
    public ChainBuilder<TIn, TNext> Parallel<TFirst, TSecond, TThird, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFirst>> first,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSecond>> second,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TThird>> third,
        Func<TOut, TFirst, TSecond, TThird, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, ThreeSides<TFirst, TSecond, TThird>, TNext> all = (value, in sides) => join(value, sides.First.Value, sides.Second.Value, sides.Third.Value);
        return Join<ThreeSides<TFirst, TSecond, TThird>, TNext>(
            name,
            null,
            [
                Branch(name, "first", first, static (ref sides, side) => sides.First = side, all),
                Branch(name, "second", second, static (ref sides, side) => sides.Second = side, all),
                Branch(name, "third", third, static (ref sides, side) => sides.Third = side, all),
            ]);
    }

    /// <summary>Runs four branches side by side on the same value and joins their results.</summary>
    /// <typeparam name="TFirst">What the first branch returns.</typeparam>
    /// <typeparam name="TSecond">What the second branch returns.</typeparam>
    /// <typeparam name="TThird">What the third branch returns.</typeparam>
    /// <typeparam name="TFourth">What the fourth branch returns.</typeparam>
    /// <typeparam name="TNext">What the join returns.</typeparam>
    /// <param name="name">The join's name, unique in the chain.</param>
    /// <param name="first">Adds the first branch's blocks.</param>
    /// <param name="second">Adds the second branch's blocks.</param>
    /// <param name="third">Adds the third branch's blocks.</param>
    /// <param name="fourth">Adds the fourth branch's blocks.</param>
    /// <param name="join">Joins the value and the four results; synchronous and cheap.</param>
    /// <returns>The longer chain.</returns>
    /// <remarks><inheritdoc cref="Parallel{TLeft, TRight, TNext}" path="/remarks"/></remarks>
    public ChainBuilder<TIn, TNext> Parallel<TFirst, TSecond, TThird, TFourth, TNext>(
        string name,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFirst>> first,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSecond>> second,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TThird>> third,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TFourth>> fourth,
        Func<TOut, TFirst, TSecond, TThird, TFourth, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        ArgumentNullException.ThrowIfNull(fourth);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, FourSides<TFirst, TSecond, TThird, TFourth>, TNext> all = (value, in sides) => join(value, sides.First.Value, sides.Second.Value, sides.Third.Value, sides.Fourth.Value);
        return Join<FourSides<TFirst, TSecond, TThird, TFourth>, TNext>(
            name,
            null,
            [
                Branch(name, "first", first, static (ref sides, side) => sides.First = side, all),
                Branch(name, "second", second, static (ref sides, side) => sides.Second = side, all),
                Branch(name, "third", third, static (ref sides, side) => sides.Third = side, all),
                Branch(name, "fourth", fourth, static (ref sides, side) => sides.Fourth = side, all),
            ]);
    }

    /// <summary>Runs any number of branches that return the same type side by side on the same value and joins their results.</summary>
    /// <typeparam name="TBranch">What every branch returns.</typeparam>
    /// <typeparam name="TNext">What the join returns.</typeparam>
    /// <param name="name">The join's name, unique in the chain.</param>
    /// <param name="branches">Each adds one branch's blocks; at least one. Read once.</param>
    /// <param name="join">Joins the value and the results, which have the order of the branches; synchronous and cheap.</param>
    /// <returns>The longer chain.</returns>
    /// <exception cref="ArgumentException">There are no branches, or one is <see langword="null"/>.</exception>
    /// <remarks><inheritdoc cref="Parallel{TLeft, TRight, TNext}" path="/remarks"/></remarks>
    public ChainBuilder<TIn, TNext> Parallel<TBranch, TNext>(
        string name,
        IEnumerable<Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TBranch>>> branches,
        Func<TOut, IReadOnlyList<TBranch>, TNext> join)
    {
        ArgumentNullException.ThrowIfNull(branches);
        ArgumentNullException.ThrowIfNull(join);
        JoinSides<TOut, ManySides<TBranch>, TNext> all = (value, in sides) => join(value, Array.ConvertAll(sides.All, static side => side.Value));
        JoinBranch<TOut, TNext>[] added =
        [
            .. branches.Select((branch, index) => Branch(
                name,
                (index + 1).ToString(CultureInfo.InvariantCulture),
                branch ?? throw new ArgumentException($"Join '{name}': a branch is null; each branch adds its blocks to the builder that it is given.", nameof(branches)),
                (ref sides, side) => sides.All[index] = side,
                all)),
        ];
        int count = added.Length;
        return count > 0
            ? Join(name, () => new ManySides<TBranch>(count), added)
            : throw new ArgumentException($"Join '{name}' has no branches; give it at least one.", nameof(branches));
    }

    JoinBranch<TOut, TNext> Branch<TSides, TSide, TNext>(
        string name,
        string label,
        Func<ChainBuilder<TOut, TOut>, ChainBuilder<TOut, TSide>> branch,
        KeepSide<TSides, TSide> keep,
        JoinSides<TOut, TSides, TNext> join)
        where TSides : struct, IJoinSides
    {
        ChainBuilder<TOut, TSide> added = Composed.NotNull(branch(Branch()), $"the branch '{label}' of '{name}'");
        return new(label, added.Nodes, (scope, node, index, next) => added.Link(
            scope.Branch(node, index),
            scope.Speculates
                ? new SpeculativeJoinSide<TOut, TSides, TSide, TNext>(node, index, keep, join, next)
                : new JoinSide<TOut, TSides, TSide, TNext>(node, keep, join, next)));
    }

    ChainBuilder<TIn, TNext> Join<TSides, TNext>(string name, Func<TSides>? sides, JoinBranch<TOut, TNext>[] branches)
        where TSides : struct, IJoinSides =>
        Value<TNext>(
            new(name, NodeKind.Parallel, new BlockSettings())
            {
                Output = typeof(TNext),
                Branches = [.. branches.Select(b => new BlueprintBranch(b.Label, b.Nodes))],
            },
            (scope, next) =>
            {
                BlockNode node = scope.Node(name, new BlockSettings());
                Target<TOut>[] linked = [.. branches.Select((branch, index) => branch.Link(scope, node, index, next))];
                return new ForkNode<TOut>(linked, (scope.Speculates, sides) switch
                {
                    (true, null) => static (value, cause, outer) => new SpeculativeJoinFrame<TOut, TSides>(value, cause, outer, default),
                    (true, _) => (value, cause, outer) => new SpeculativeJoinFrame<TOut, TSides>(value, cause, outer, sides()),
                    (false, null) => static (value, cause, outer) => new JoinFrame<TOut, TSides>(value, cause, outer, default),
                    (false, _) => (value, cause, outer) => new JoinFrame<TOut, TSides>(value, cause, outer, sides()),
                });
            });
}
