//! Items and people in all the ways they can stand to each other.

use super::*;
use proptest::prelude::*;

const ANSWERED: Standing = Standing { values: 1, mine: Mine::Value, given: None, ruled: false, review: false };
const BY_OTHERS: Standing = Standing { values: 1, mine: Mine::Nothing, given: None, ruled: false, review: false };
const SKIPPED: Standing = Standing { values: 0, mine: Mine::Skipped, given: None, ruled: false, review: false };

fn pool() -> Pool {
    Pool::new(10, 0, Overlap::of(2), [3, 7], [1, 3])
}

fn seqs(pool: &Pool, lane: Lane) -> Vec<u32> {
    pool.candidates(lane).map(|c| c.seq).collect()
}

#[test]
fn learn_never_serves_the_evaluation_set_and_random_nothing_else() {
    let pool = pool();
    let mut learn = seqs(&pool, Lane::Learn);
    learn.sort_unstable();
    assert_eq!(learn, [1, 2, 4, 5, 6, 8, 9, 10]);
    let mut random = seqs(&pool, Lane::Random);
    random.sort_unstable();
    assert_eq!(random, [3, 7]);
    assert_eq!((pool.left(Lane::Learn), pool.left(Lane::Random), seqs(&pool, Lane::Gold)), (8, 2, vec![1]));
}

#[test]
fn an_order_is_followed_and_what_it_leaves_out_comes_after() {
    let mut pool = pool();
    pool.set_order(Order { round: Some(1), items: vec![9, 2, 5], scores: vec![0.1, 0.2, 0.3], again: vec![] });
    let learn = seqs(&pool, Lane::Learn);
    assert_eq!(learn[..3], [9, 2, 5]);
    assert_eq!(learn.len(), 8);
    pool.note(9, ANSWERED);
    assert_eq!(pool.candidates(Lane::Learn).next(), Some(Candidate { seq: 2, rank: 2 }));
    pool.note(9, Standing::default());
    assert_eq!(pool.candidates(Lane::Learn).next(), Some(Candidate { seq: 9, rank: 1 }), "an undo reopens it");
}

#[test]
fn what_one_person_answered_is_open_to_another_in_the_overlap_lane_only() {
    let mut pool = pool();
    pool.note(4, BY_OTHERS);
    assert!(!seqs(&pool, Lane::Learn).contains(&4));
    assert_eq!(seqs(&pool, Lane::Overlap), [4]);
    pool.note(4, Standing { values: 2, ..ANSWERED });
    assert_eq!(pool.left(Lane::Overlap), 0);
    pool.note(3, BY_OTHERS);
    assert_eq!(pool.left(Lane::Overlap), 0, "the evaluation set stays out of it");
}

#[test]
fn what_was_sent_back_is_open_in_review_alone_also_to_whoever_answered_it() {
    let mut pool = pool();
    pool.note(4, Standing { review: true, ruled: true, ..ANSWERED });
    pool.note(3, Standing { review: true, ..BY_OTHERS });
    let mut review = seqs(&pool, Lane::Review);
    review.sort_unstable();
    assert_eq!(review, [3, 4]);
    for lane in [Lane::Learn, Lane::Random, Lane::Overlap, Lane::Gold] {
        assert!(!seqs(&pool, lane).iter().any(|seq| [3, 4].contains(seq)), "{lane}");
    }
    pool.note(4, Standing { review: true, ..SKIPPED });
    pool.note(3, BY_OTHERS);
    assert_eq!(pool.left(Lane::Review), 0, "a skip closes it for whoever skipped, an answer for everybody");
}

#[test]
fn what_is_asked_again_takes_one_more_answer_in_the_learn_lane() {
    let mut pool = pool();
    pool.note(4, BY_OTHERS);
    pool.note(5, BY_OTHERS);
    pool.set_order(Order { items: vec![5, 9, 2], again: vec![1], ..Order::default() });
    assert_eq!(seqs(&pool, Lane::Learn)[..2], [5, 9]);
    assert!(!seqs(&pool, Lane::Learn).contains(&4));
    assert_eq!(pool.left(Lane::Learn), 7);
    pool.note(5, Standing { values: 2, ..BY_OTHERS });
    assert_eq!((seqs(&pool, Lane::Learn)[0], pool.left(Lane::Learn)), (9, 6), "the next order decides");
    pool.note(5, BY_OTHERS);
    assert_eq!(seqs(&pool, Lane::Learn)[0], 5, "an undo asks again");
    pool.note(5, Standing { mine: Mine::Value, ..BY_OTHERS });
    assert!(!pool.is_open(5, Lane::Learn), "nobody is asked what they answered");
    pool.note(5, Standing { ruled: true, ..BY_OTHERS });
    assert!(!pool.is_open(5, Lane::Learn), "a ruling settles it");
    pool.note(5, BY_OTHERS);
    pool.set_order(Order { items: vec![9, 2], ..Order::default() });
    assert_eq!((seqs(&pool, Lane::Learn).len(), pool.left(Lane::Learn)), (6, 6));
}

#[test]
fn whoever_is_kept_to_some_items_is_asked_about_no_others() {
    let mut pool = pool();
    pool.keep_to([1, 3, 4]);
    pool.note(4, BY_OTHERS);
    pool.note(5, BY_OTHERS);
    assert_eq!((seqs(&pool, Lane::Learn), seqs(&pool, Lane::Random)), (vec![1], vec![3]));
    assert_eq!((seqs(&pool, Lane::Overlap), pool.left(Lane::Overlap)), (vec![4], 1));
    assert_eq!((pool.left(Lane::Learn), pool.left(Lane::Gold), pool.items()), (1, 1, 10));
}

#[test]
fn a_skipped_item_is_for_others() {
    let mut pool = pool();
    pool.note(4, SKIPPED);
    assert!(!seqs(&pool, Lane::Learn).contains(&4));
    assert_eq!(pool.skipped_by_me().collect::<Vec<_>>(), [4]);
    assert_eq!((pool.skipped(), pool.mine(), pool.answered()), (1, 0, 0));
}

#[test]
fn a_ruling_closes_an_item_for_learn_but_not_for_the_evaluation() {
    let mut pool = pool();
    let ruled = Standing { ruled: true, ..Standing::default() };
    pool.note(4, ruled);
    pool.note(3, ruled);
    assert!(!seqs(&pool, Lane::Learn).contains(&4));
    assert!(seqs(&pool, Lane::Random).contains(&3));
}

#[test]
fn items_that_are_gone_are_open_nowhere() {
    let mut pool = pool();
    pool.note(5, BY_OTHERS);
    pool.close([3, 4, 5]);
    assert_eq!((pool.items(), pool.left(Lane::Learn), pool.left(Lane::Random)), (7, 6, 1));
    assert_eq!((pool.answered(), pool.left(Lane::Overlap)), (0, 0));
    pool.note(4, Standing::default());
    assert!(!pool.is_open(4, Lane::Learn));
}

#[test]
fn rows_that_do_not_exist_change_nothing() {
    let mut pool = Pool::new(2, 0, Overlap::of(2), [0, 9], [0, 9]);
    pool.note(0, ANSWERED);
    pool.note(9, ANSWERED);
    assert_eq!((pool.answered(), pool.left(Lane::Learn), pool.left(Lane::Gold)), (0, 2, 0));
}

#[test]
fn what_is_outside_the_share_is_asked_once_and_whoever_is_not_asked_twice_is_not() {
    let new = |share, asked| Pool::new(10, 0, Overlap { answers: 3, share, asked }, [3, 7], []);
    let mut pool = new(Some(vec![4, 5]), true);
    for seq in [4, 5, 6] {
        pool.note(seq, BY_OTHERS);
    }
    pool.set_order(Order { items: vec![6, 5], again: vec![1, 1], ..Order::default() });
    assert_eq!((seqs(&pool, Lane::Overlap).len(), pool.left(Lane::Overlap)), (2, 2));
    assert!(pool.is_open(5, Lane::Learn) && !pool.is_open(6, Lane::Learn), "nor does the strategy ask it again");
    pool.note(4, Standing { values: 3, ..BY_OTHERS });
    assert_eq!(seqs(&pool, Lane::Overlap), [5]);
    let mut other = new(None, false);
    other.note(4, BY_OTHERS);
    assert_eq!((other.left(Lane::Overlap), other.left(Lane::Learn)), (0, 7));
}

#[test]
fn a_lane_that_is_not_open_serves_nothing_and_what_is_left_counts_an_item_once() {
    let mut pool = pool();
    assert_eq!(pool.left_in_all(), 10, "item 1 is in learn and in gold");
    pool.open_lanes([Lane::Gold, Lane::Random].into_iter().collect());
    assert_eq!((pool.left(Lane::Learn), seqs(&pool, Lane::Learn), pool.left_in_all()), (0, vec![], 3));
    pool.note(4, BY_OTHERS);
    pool.open_lanes(LaneSet::ALL);
    assert_eq!(seqs(&pool, Lane::Overlap), [4], "it is there once the lane opens");
}

#[test]
fn own_items_come_back_after_a_day_once() {
    let mut pool = pool();
    let own = |given| Standing { given: Some(given), ..ANSWERED };
    pool.at(1_000);
    pool.note(4, own(1_000));
    pool.note(5, own(2_000));
    pool.note(3, own(1_000));
    pool.note(6, ANSWERED);
    assert_eq!(pool.left(Lane::Again), 0);
    pool.at(1_000 + COMES_BACK_MS);
    assert_eq!((seqs(&pool, Lane::Again), pool.left(Lane::Again)), (vec![4], 1), "not the evaluation set, not twice");
    assert_eq!(pool.left_in_all(), 10 - 4, "it is not work that is left");
    pool.at(9_000 + COMES_BACK_MS);
    pool.note(4, ANSWERED);
    assert_eq!(seqs(&pool, Lane::Again), [5]);
    pool.note(5, Standing { review: true, ..own(2_000) });
    assert_eq!((pool.left(Lane::Again), seqs(&pool, Lane::Review)), (0, vec![5]));
}

#[test]
fn whoever_is_to_qualify_is_served_gold_alone_what_they_do_not_know_first() {
    let mut pool = Pool::new(10, 0, Overlap::of(2), [3, 7], [1, 3, 5, 8]);
    pool.keep_to([2, 4]);
    pool.note(5, ANSWERED);
    pool.note(4, BY_OTHERS);
    pool.try_out([8].into());
    assert_eq!(seqs(&pool, Lane::Gold), [1, 5]);
    assert_eq!((pool.left(Lane::Gold), pool.left(Lane::Overlap), pool.left_in_all()), (2, 0, 2));
    pool.note(1, ANSWERED);
    pool.try_out([8, 1].into());
    assert_eq!(seqs(&pool, Lane::Gold), [5]);
}

fn standing() -> impl Strategy<Value = Standing> {
    let mine = prop_oneof![Just(Mine::Nothing), Just(Mine::Value), Just(Mine::Skipped)];
    (0..4u32, mine, any::<bool>(), any::<bool>(), prop::option::of(0..4i64)).prop_map(
        |(values, mine, ruled, review, days)| Standing {
            values: values + u32::from(mine == Mine::Value),
            mine,
            given: days.filter(|_| mine == Mine::Value).map(|days| days * COMES_BACK_MS),
            ruled,
            review,
        },
    )
}

proptest! {
    /// However items come to stand where they stand, counters and candidates say what a fresh look says.
    #[test]
    fn counters_and_candidates_agree(
        steps in prop::collection::vec((1..30u32, standing()), 0..80),
        orders in prop::collection::vec((0..80usize, prop::collection::btree_map(1..30u32, 1..4u32, 0..6)), 0..4),
        seed: u64,
        now in 0..5 * COMES_BACK_MS,
        lanes in prop::collection::vec(prop::sample::select(&Lane::SERVED[..]), 0..7),
        tries: bool,
    ) {
        let mut pool = Pool::new(29, seed, Overlap { answers: 3, share: Some((5..25).collect()), asked: true }, [2, 4, 8, 16], [1, 2, 3]);
        let half = now / 2;
        for (step, (seq, now)) in steps.into_iter().enumerate() {
            for (_, again) in orders.iter().filter(|(at, _)| *at == step) {
                let (items, again) = again.iter().unzip();
                pool.set_order(Order { items, again, ..Order::default() });
            }
            pool.note(seq, now);
            if step == 20 {
                pool.at(half);
            }
        }
        pool.at(now);
        pool.open_lanes(lanes.iter().copied().collect());
        if tries {
            pool.try_out([1].into());
        }
        let lanes = pool.lanes();
        for lane in Lane::SERVED {
            prop_assert!(lanes.contains(lane) || pool.left(lane) == 0);
            let mut listed = seqs(&pool, lane);
            prop_assert_eq!(listed.len(), pool.left(lane));
            listed.sort_unstable();
            prop_assert_eq!(listed, (1..=29).filter(|seq| pool.is_open(*seq, lane)).collect::<Vec<_>>());
        }
        let open = |seq: &u32| Lane::SERVED.iter().any(|lane| *lane != Lane::Again && pool.is_open(*seq, *lane));
        prop_assert_eq!(pool.left_in_all(), (1..=29).filter(open).count());
        let values = (1..=29).filter(|seq| pool.standing(*seq).values > 0).count();
        prop_assert_eq!(pool.answered(), values);
        prop_assert_eq!(pool.skipped(), pool.skipped_by_me().count());
    }
}
