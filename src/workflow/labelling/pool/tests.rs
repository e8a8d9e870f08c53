//! Items and people in all the ways they can stand to each other.

use super::*;
use proptest::prelude::*;

const ANSWERED: Standing = Standing { values: 1, mine: Mine::Value, ruled: false, review: false };
const BY_OTHERS: Standing = Standing { values: 1, mine: Mine::Nothing, ruled: false, review: false };
const SKIPPED: Standing = Standing { values: 0, mine: Mine::Skipped, ruled: false, review: false };

fn pool() -> Pool {
    Pool::new(10, 0, 2, [3, 7], [1, 3])
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
    assert_eq!((pool.left(Lane::Learn), pool.left(Lane::Random), pool.left(Lane::Gold)), (8, 2, 2));
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
    pool.note(4, Standing { values: 2, mine: Mine::Value, ruled: false, review: false });
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
    assert_eq!((pool.left(Lane::Learn), pool.left(Lane::Gold), pool.items()), (1, 2, 10));
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
    let mut pool = Pool::new(2, 0, 2, [0, 9], [0, 9]);
    pool.note(0, ANSWERED);
    pool.note(9, ANSWERED);
    assert_eq!((pool.answered(), pool.left(Lane::Learn), pool.left(Lane::Gold)), (0, 2, 0));
}

fn standing() -> impl Strategy<Value = Standing> {
    let mine = prop_oneof![Just(Mine::Nothing), Just(Mine::Value), Just(Mine::Skipped)];
    (0..4u32, mine, any::<bool>(), any::<bool>()).prop_map(|(values, mine, ruled, review)| Standing {
        values: values + u32::from(mine == Mine::Value),
        mine,
        ruled,
        review,
    })
}

proptest! {
    /// However items come to stand where they stand, counters and candidates say what a fresh look says.
    #[test]
    fn counters_and_candidates_agree(
        steps in prop::collection::vec((1..30u32, standing()), 0..80),
        orders in prop::collection::vec((0..80usize, prop::collection::btree_map(1..30u32, 1..4u32, 0..6)), 0..4),
        seed: u64,
    ) {
        let mut pool = Pool::new(29, seed, 3, [2, 4, 8, 16], [1, 2, 3]);
        for (step, (seq, now)) in steps.into_iter().enumerate() {
            for (_, again) in orders.iter().filter(|(at, _)| *at == step) {
                let (items, again) = again.iter().unzip();
                pool.set_order(Order { items, again, ..Order::default() });
            }
            pool.note(seq, now);
        }
        for lane in Lane::SERVED {
            let mut listed = seqs(&pool, lane);
            prop_assert_eq!(listed.len(), pool.left(lane));
            listed.sort_unstable();
            prop_assert_eq!(listed, (1..=29).filter(|seq| pool.is_open(*seq, lane)).collect::<Vec<_>>());
        }
        let values = (1..=29).filter(|seq| pool.standing(*seq).values > 0).count();
        prop_assert_eq!(pool.answered(), values);
        prop_assert_eq!(pool.skipped(), pool.skipped_by_me().count());
    }
}
